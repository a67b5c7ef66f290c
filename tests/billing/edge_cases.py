"""Where each numbered edge case of billing is told as a test: number, file and name.

Numbers follow the list that billing was built against; a case with no test here has one in the
file of its own subject.
"""

START = "test_edge_cases_start"
TRIAL = "test_edge_cases_trial"
RENEWAL = "test_edge_cases_renewal"
MONEY = "test_edge_cases_money"
ON_PAGES = "test_trials"
PATH = {ON_PAGES: "tests/web"}

CASES = {
    15: (START, "test_two_tabs_lead_to_one_checkout_and_one_subscription"),
    16: (ON_PAGES, "test_the_return_shows_access_before_any_webhook"),
    18: (START, "test_a_card_that_will_not_charge_starts_a_trial_and_fails_at_its_end"),
    19: (START, "test_a_bank_that_was_not_answered_gives_no_access_until_it_is"),
    20: (START, "test_a_new_account_with_a_card_that_had_a_trial_is_ended_with_nothing_charged"),
    21: (START, "test_an_incomplete_leftover_does_not_stop_a_new_checkout"),
    23: (START, "test_a_customer_who_paid_in_dollars_is_told_so_instead_of_charged_in_pounds"),
    24: (START, "test_a_price_that_was_archived_between_view_and_click_is_shown_anew"),
    25: (TRIAL, "test_a_cancelled_trial_is_watched_to_its_end_and_costs_nothing"),
    26: (TRIAL, "test_a_trial_kept_after_all_is_the_same_one_and_is_reminded_again"),
    27: (TRIAL, "test_a_switch_in_a_trial_keeps_its_end_and_charges_nothing"),
    29: (TRIAL, "test_a_trial_ended_by_hand_is_never_said_to_end_in_days"),
    30: (TRIAL, "test_a_trial_of_three_days_is_reminded_as_it_starts"),
    31: (TRIAL, "test_a_mail_that_is_true_no_more_is_not_sent"),
    32: (RENEWAL, "test_a_first_charge_that_fails_is_forgiven_for_three_days_and_paid_once"),
    34: (RENEWAL, "test_a_trial_that_ends_without_a_card_leads_to_what_was_set"),
    35: (RENEWAL, "test_a_paused_subscription_is_woken_by_a_card_and_never_sold_twice"),
    36: (RENEWAL, "test_a_renewal_that_fails_and_then_succeeds_leaves_no_gap"),
    38: (RENEWAL, "test_a_card_that_the_network_renewed_is_shown_and_nobody_is_written_to"),
    40: (RENEWAL, "test_two_refusals_within_a_day_are_one_mail"),
    41: (MONEY, "test_a_full_refund_ends_access_where_the_operator_wants_it"),
    42: (MONEY, "test_a_dispute_ends_access_at_once_and_a_person_restores_it"),
    43: (MONEY, "test_a_warning_of_fraud_waits_for_a_person"),
    44: (MONEY, "test_a_coupon_of_everything_for_ever_needs_no_card"),
    45: (
        MONEY,
        "test_the_months_of_a_coupon_count_from_the_trials_start_and_the_first_price_is_told",
    ),
    46: (MONEY, "test_a_code_that_does_not_work_is_refused_in_words_and_nothing_is_made"),
    47: (MONEY, "test_a_downgrade_keeps_what_was_paid_and_shows_the_credit"),
    49: (ON_PAGES, "test_the_sixth_checkout_in_ten_minutes_waits"),
}
