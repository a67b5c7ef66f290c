"""Which test tells which edge case of billing, by the case's number; a test keeps it true."""

TRANSPORT = "billing/test_edge_cases_transport.py"
UNHEARD = "billing/test_edge_cases_unheard.py"
WEBHOOKS = "web/test_webhooks.py"
FAULTS = "workers/test_faults.py"
AT_ONCE = "workers/test_at_once.py"
DRIFT = "billing/test_drift.py"
RECONCILED = "billing/test_reconciliation.py"
PATH = "billing/test_trial_path.py"
START = "billing/test_edge_cases_start.py"
TRIAL = "billing/test_edge_cases_trial.py"
RENEWAL = "billing/test_edge_cases_renewal.py"
MONEY = "billing/test_edge_cases_money.py"
EVIDENCE = "reports/test_evidence.py"
PAGES = "web/test_trials.py"
CODES = "web/test_codes.py"
FIGURES = "notices/test_charge_figures.py"
COUNTED = "reports/test_a_life_counted.py"

TESTS: dict[int, tuple[str, ...]] = {
    1: (
        f"{WEBHOOKS}::test_an_event_that_arrives_again_is_answered_and_kept_once",
        f"{TRANSPORT}::test_an_event_handled_twice_has_no_second_effect",
        f"{AT_ONCE}::test_one_event_fifty_times_at_once_is_one_row_and_one_effect",
    ),
    2: (f"{TRANSPORT}::test_an_older_state_that_arrives_later_changes_nothing",),
    3: (f"{AT_ONCE}::test_two_workers_on_one_members_news_end_in_one_row_that_is_stripes",),
    4: (f"{TRANSPORT}::test_news_of_a_customer_whose_row_is_not_complete_are_linked",),
    5: (f"{WEBHOOKS}::test_both_secrets_of_a_rotation_are_accepted",),
    6: (f"{WEBHOOKS}::test_what_stripe_did_not_sign_is_refused_and_leaves_no_trace",),
    7: (
        f"{WEBHOOKS}::test_signed_nonsense_is_answered_and_not_kept",
        f"{WEBHOOKS}::test_a_signed_event_with_odd_fields_is_kept_and_harms_nobody",
    ),
    8: (
        f"{TRANSPORT}::test_an_event_of_any_api_version_brings_the_present_state",
        f"{TRANSPORT}::test_a_thin_event_brings_the_present_state",
    ),
    9: (f"{TRANSPORT}::test_an_upcoming_invoice_that_has_no_id_is_kept",),
    10: (f"{TRANSPORT}::test_news_of_another_applications_customer_are_ignored",),
    11: (f"{FAULTS}::test_a_broker_that_is_away_delays_the_gate_and_loses_nothing",),
    12: (
        f"{FAULTS}::test_a_worker_killed_between_webhook_and_entitlement_loses_nothing",
        f"{TRANSPORT}::test_a_bell_that_rings_again_after_the_work_is_done_sends_nothing",
    ),
    13: (
        f"{TRANSPORT}::test_a_failure_is_kept_although_its_work_is_undone",
        f"{TRANSPORT}::test_an_event_that_fails_waits_longer_each_time_and_is_given_up_after_twelve",
    ),
    14: (
        f"{RECONCILED}::"
        "test_after_three_dark_days_the_mirror_is_stripes_and_only_true_reminders_go_out",
    ),
    15: (
        f"{AT_ONCE}::test_fifty_starts_of_one_person_at_once_are_one_checkout",
        f"{START}::test_two_tabs_lead_to_one_checkout_and_one_subscription",
    ),
    16: (f"{UNHEARD}::test_a_return_before_the_webhook_opens_the_gate",),
    17: (f"{UNHEARD}::test_a_checkout_that_was_left_is_freed_and_can_be_opened_again",),
    22: (
        f"{UNHEARD}::test_a_customer_deleted_at_stripe_ends_and_is_made_anew_under_another_key",
        f"{UNHEARD}::test_a_customer_deleted_unheard_is_made_anew_at_the_next_checkout",
    ),
    28: (f"{UNHEARD}::test_an_immediate_cancel_in_the_dashboard_ends_access_then",),
    33: (f"{PATH}::test_the_hour_in_which_the_invoice_is_a_draft_is_open_and_no_conversion",),
    37: (f"{UNHEARD}::test_an_endpoint_that_answers_with_errors_calls_an_operator",),
    39: (f"{UNHEARD}::test_a_renewal_told_six_hours_late_leaves_no_gap",),
    50: (f"{UNHEARD}::test_a_new_address_is_the_same_customer_and_brings_no_second_trial",),
    51: (f"{DRIFT}::test_more_than_one_page_of_subscriptions_is_read",),
    18: (f"{START}::test_a_card_that_will_not_charge_starts_a_trial_and_fails_at_its_end",),
    19: (f"{START}::test_a_bank_that_was_not_answered_gives_no_access_until_it_is",),
    20: (
        f"{START}::test_a_member_who_cancelled_a_trial_is_offered_the_paid_plan_alone",
        f"{START}::test_a_tagged_spelling_of_a_mailbox_has_no_second_trial",
        f"{START}::test_a_new_account_with_a_card_that_had_a_trial_is_ended_with_nothing_charged",
    ),
    21: (f"{START}::test_an_incomplete_leftover_does_not_stop_a_new_checkout",),
    23: (f"{START}::test_a_customer_who_paid_in_dollars_is_told_so_instead_of_charged_in_pounds",),
    24: (f"{START}::test_a_price_that_was_archived_between_view_and_click_is_shown_anew",),
    25: (f"{TRIAL}::test_a_cancelled_trial_is_watched_to_its_end_and_costs_nothing",),
    26: (
        f"{TRIAL}::test_a_trial_kept_after_all_is_the_same_one_and_is_reminded_again",
        f"{TRIAL}::test_a_reminder_dropped_at_a_cancellation_is_due_again_when_it_is_taken_back",
    ),
    27: (f"{TRIAL}::test_a_switch_in_a_trial_keeps_its_end_and_charges_nothing",),
    29: (f"{TRIAL}::test_a_trial_ended_by_hand_is_never_said_to_end_in_days",),
    30: (f"{TRIAL}::test_a_trial_of_three_days_is_reminded_as_it_starts",),
    31: (f"{TRIAL}::test_a_mail_that_is_true_no_more_is_not_sent",),
    32: (f"{RENEWAL}::test_a_first_charge_that_fails_is_forgiven_for_three_days_and_paid_once",),
    34: (f"{RENEWAL}::test_a_trial_that_ends_without_a_card_leads_to_what_was_set",),
    35: (
        f"{RENEWAL}::test_a_paused_subscription_is_woken_by_a_card_and_never_sold_twice",
        f"{RENEWAL}::test_a_card_that_is_refused_wakes_nothing_and_is_tried_once",
    ),
    36: (f"{RENEWAL}::test_a_renewal_that_fails_and_then_succeeds_leaves_no_gap",),
    38: (f"{RENEWAL}::test_a_card_that_the_network_renewed_is_shown_and_nobody_is_written_to",),
    40: (f"{RENEWAL}::test_two_refusals_within_a_day_are_one_mail",),
    41: (
        f"{MONEY}::test_a_refund_in_part_leaves_access_as_it_was",
        f"{MONEY}::test_a_full_refund_ends_access_where_the_operator_wants_it",
        f"{MONEY}::test_a_full_refund_keeps_access_where_the_operator_wants_that",
    ),
    42: (
        f"{MONEY}::test_a_dispute_ends_access_at_once_and_a_person_restores_it",
        f"{EVIDENCE}::test_a_disputed_charge_is_answered_with_what_was_agreed_told_and_watched",
    ),
    43: (f"{MONEY}::test_a_warning_of_fraud_waits_for_a_person",),
    44: (f"{MONEY}::test_a_coupon_of_everything_for_ever_needs_no_card",),
    45: (
        f"{CODES}::test_a_code_shows_its_calendar_before_the_button_and_travels_to_the_checkout",
        f"{MONEY}::test_the_months_of_a_coupon_count_from_the_trials_start_and_the_first_price_is_told",
    ),
    46: (f"{MONEY}::test_a_code_that_does_not_work_is_refused_in_words_and_nothing_is_made",),
    47: (f"{MONEY}::test_a_downgrade_keeps_what_was_paid_and_shows_the_credit",),
    48: (f"{FIGURES}::test_a_reminder_says_the_sum_of_its_day_and_that_tax_may_be_due",),
    52: (f"{COUNTED}::test_conversions_drawn_again_are_the_same_and_leave_incomplete_ones_out",),
    49: (f"{PAGES}::test_the_sixth_checkout_in_ten_minutes_waits",),
}
