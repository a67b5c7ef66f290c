"""Members that Stripe leaves out, rather than showing null, until they have a value.

The library's types say "optional" for both, so the difference is kept here. Add a member when
an answer would otherwise show a null that Stripe never shows.
"""

LEFT_OUT: dict[str, frozenset[str]] = {
    kind: frozenset(members.split())
    for kind, members in {
        "billing_portal.session.flow.subscription_update_confirm.items": "quantity",
        "charge": "refunds authorization_code level3 presentment_details radar_options transfer",
        "charge.outcome": "risk_level risk_score rule",
        "charge.fraud_details": "stripe_report user_report",
        "charge.shipping": "address name",
        "charge.payment_method_details.card": "capture_before partial_authorization "
        "setup_credential_usage stored_credential_usage account_funding_transaction "
        "decremental_authorization iin issuer description",
        "payment_intent.payment_method_options.card": "capture_method require_cvc_recollection "
        "request_extended_authorization request_incremental_authorization "
        "request_multicapture request_overcapture setup_future_usage "
        "setup_credential_usage stored_credential_usage statement_descriptor_suffix_kana "
        "statement_descriptor_suffix_kanji",
        "setup_intent.payment_method_options.card": "setup_credential_usage",
        "checkout.session": "branding_settings excluded_payment_method_types line_items "
        "name_collection phone_number_collection presentment_details redirect_on_completion "
        "return_url tax_id_collection optional_items",
        "checkout.session.automatic_tax.liability": "account",
        "checkout.session.total_details": "breakdown",
        "coupon": "deleted applies_to currency_options",
        "customer": "deleted business_name individual_name invoice_credit_balance "
        "next_invoice_sequence sources subscriptions tax tax_ids cash_balance customer_account",
        "customer.shipping": "address name",
        "credit_note_line_item": "invoice_line_item",
        "discount": "deleted",
        "dispute.evidence_details.enhanced_eligibility": "mastercard_compliance "
        "visa_compelling_evidence_3 visa_compliance",
        "dispute.evidence": "appeal",
        "dispute.evidence.enhanced_evidence": "mastercard_compliance visa_compelling_evidence_3 "
        "visa_compliance",
        "event": "account context",
        "event.data": "previous_attributes",
        "invoice": "deleted amount_paid_off_stripe auto_advance payments status_details "
        "threshold_reason confirmation_secret",
        "invoice.automatic_tax.liability": "account",
        "invoice.customer_shipping": "address name",
        "invoice.issuer": "account",
        "invoice.parent.subscription_details": "subscription_proration_date",
        "invoice_payment.payment": "charge payment_intent payment_record",
        "invoiceitem": "deleted frozen_fields invoicing_rules net_amount proration_details",
        "invoiceitem.parent.subscription_details": "subscription_item",
        "invoiceitem.pricing": "price_details",
        "item": "discounts taxes",
        "line_item.pricing": "price_details",
        "mandate": "multi_use on_behalf_of single_use",
        "mandate.customer_acceptance": "offline online",
        "payment_intent": "amount_details hooks payment_details presentment_details",
        "payment_intent.automatic_payment_methods": "allow_redirects",
        "payment_intent.shipping": "address name",
        "plan": "deleted tiers",
        "price": "deleted currency_options tiers",
        "product": "deleted",
        "product_feature": "deleted",
        "product_catalog.trial_offer.duration": "relative",
        "product_catalog.trial_offer.end_behavior": "transition",
        "promotion_code.restrictions": "currency_options",
        "radar.early_fraud_warning": "payment_intent",
        "refund.destination_details.card": "reference reference_status reference_type",
        "refund": "next_action description destination_details failure_reason "
        "failure_balance_transaction instructions_email pending_reason presentment_details",
        "review": "payment_intent",
        "setup_attempt": "attach_to_self",
        "setup_attempt.payment_method_details.card": "moto",
        "setup_intent": "attach_to_self",
        "setup_intent.automatic_payment_methods": "allow_redirects",
        "subscription": "presentment_details status_details",
        "subscription.automatic_tax.liability": "account",
        "subscription.billing_mode": "updated_at",
        "subscription.billing_mode.flexible": "proration_discounts",
        "subscription.invoice_settings.issuer": "account",
        "subscription_item": "deleted billed_until quantity",
        "subscription_schedule.billing_mode": "updated_at",
        "subscription_schedule.billing_mode.flexible": "proration_discounts",
        "subscription_schedule.default_settings": "automatic_tax",
        "subscription_schedule.default_settings.automatic_tax.liability": "account",
        "subscription_schedule.default_settings.invoice_settings.issuer": "account",
        "subscription_schedule.phases": "automatic_tax trial",
        "subscription_schedule.phases.automatic_tax.liability": "account",
        "subscription_schedule.phases.invoice_settings.issuer": "account",
        "subscription_schedule.phases.items": "quantity",
        "tax_id": "deleted",
        "tax_id.owner": "account application customer",
        "test_helpers.test_clock": "deleted",
        "test_helpers.test_clock.status_details": "advancing",
        "webhook_endpoint": "deleted secret",
    }.items()
}

SPARSE = frozenset(
    {
        "country_options",
        "payment_method",
        "payment_method_options",
        "payment_method_details",
        "next_action",
        "destination_details",
        "last_payment_error",
        "last_setup_error",
        "last_finalization_error",
        "setup_error",
        "wallet",
    }
)
