"""The Flask app: requests, pages, forms, webhooks and the operator desk."""
