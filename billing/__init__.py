"""Offers, trials and money: what Stripe says, mirrored, and the rules that follow from it."""
