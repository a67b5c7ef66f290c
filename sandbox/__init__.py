"""A Stripe to develop against: the real library in front, an own store, pages and clock behind."""
