"""The search operations."""

from ..search import register

register("charge", "/v1/charges/search", "Charge.search")
register("customer", "/v1/customers/search", "Customer.search")
register("invoice", "/v1/invoices/search", "Invoice.search")
register("payment_intent", "/v1/payment_intents/search", "PaymentIntent.search")
register("price", "/v1/prices/search", "Price.search")
register("product", "/v1/products/search", "Product.search")
register("subscription", "/v1/subscriptions/search", "Subscription.search")
