"""The mechanics behind the operations: cards, intents, invoices, subscriptions, what time does."""
