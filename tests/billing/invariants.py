"""Which tests prove which invariant of money and access, by its number; a test keeps it true."""

ANY_ORDER = "billing/test_any_order.py"
INVARIANTS = "billing/test_invariants.py"
MONEY = "billing/test_edge_cases_money.py"
DRIFT = "billing/test_drift.py"
RECONCILED = "billing/test_reconciliation.py"
START = "billing/test_edge_cases_start.py"
STATUS = "access/test_status_table.py"
TRANSPORT = "billing/test_edge_cases_transport.py"
TROUBLE = "billing/test_stripe_in_trouble.py"
UNHEARD = "billing/test_edge_cases_unheard.py"
WEBHOOKS = "web/test_webhooks.py"
AT_ONCE = "workers/test_at_once.py"
FAULTS = "workers/test_faults.py"
REMINDERS = "notices/test_reminders.py"

LOST = (
    f"{RECONCILED}::test_after_three_dark_days_the_mirror_is_stripes_and_only_true_reminders_go_out"
)
SHUFFLED = f"{ANY_ORDER}::test_shuffled_doubled_and_lost_news_and_dying_workers_change_nothing"

PROOFS: dict[int, tuple[str, ...]] = {
    # who may watch is what the subscriptions say, at once on return and after lost news too
    1: (
        f"{UNHEARD}::test_a_return_before_the_webhook_opens_the_gate",
        f"{UNHEARD}::test_an_immediate_cancel_in_the_dashboard_ends_access_then",
        f"{STATUS}::test_a_failed_renewal_is_forgiven_for_twenty_one_days",
        f"{STATUS}::test_a_subscription_that_brings_no_money_gives_nothing",
        SHUFFLED,
        LOST,
    ),
    # one live subscription a member, Stripe's sums here, nothing asked for without a key
    2: (
        f"{START}::test_two_tabs_lead_to_one_checkout_and_one_subscription",
        f"{START}::test_a_member_with_a_subscription_is_not_sold_a_second_one",
        f"{AT_ONCE}::test_fifty_starts_that_no_limit_holds_back_are_one_customer_and_one_session",
        f"{DRIFT}::test_money_that_went_back_unheard_is_listed_and_mended",
        f"{DRIFT}::test_money_written_down_by_hand_is_listed_and_mended",
        f"{TROUBLE}::test_a_whole_life_under_trouble_is_charged_once",
        f"{TROUBLE}::test_a_refund_that_stripe_keeps_as_failed_is_given_at_the_next_press",
        f"{INVARIANTS}::test_nothing_is_changed_at_stripe_without_a_key",
    ),
    # whatever was answered or committed is done in the end, or given up with an alarm
    5: (
        f"{TRANSPORT}::test_an_event_that_fails_waits_longer_each_time_and_is_given_up_after_twelve",
        f"{FAULTS}::test_a_worker_killed_between_webhook_and_entitlement_loses_nothing",
        f"{FAULTS}::test_a_broker_that_is_away_delays_the_gate_and_loses_nothing",
        f"{REMINDERS}::test_the_reminder_arrives_although_the_process_died_before_handing_it_in",
    ),
    # the order of the news does not matter
    6: (
        SHUFFLED,
        f"{TRANSPORT}::test_an_older_state_that_arrives_later_changes_nothing",
        f"{TRANSPORT}::test_an_event_handled_twice_has_no_second_effect",
    ),
    # one trial a person
    7: (
        f"{START}::test_a_member_who_cancelled_a_trial_is_offered_the_paid_plan_alone",
        f"{START}::test_a_tagged_spelling_of_a_mailbox_has_no_second_trial",
        f"{START}::test_a_new_account_with_a_card_that_had_a_trial_is_ended_with_nothing_charged",
        f"{AT_ONCE}::test_fifty_starts_of_one_person_at_once_are_one_checkout",
    ),
    # what is unknown opens nothing; who watches goes on while Stripe is away
    8: (
        f"{STATUS}::test_a_status_that_nobody_has_heard_of_never_gives_a_right",
        f"{UNHEARD}::test_a_renewal_told_six_hours_late_leaves_no_gap",
        f"{TROUBLE}::test_the_gate_asks_stripe_nothing_and_the_database_twice_at_most",
        f"{INVARIANTS}::test_while_stripe_is_away_nobody_who_watches_is_shut_out_and_nobody_is_let_in",
    ),
    # a step is done whole or not at all
    9: (
        f"{TRANSPORT}::test_a_failure_is_kept_although_its_work_is_undone",
        f"{FAULTS}::test_a_worker_killed_between_webhook_and_entitlement_loses_nothing",
        SHUFFLED,
    ),
    # instants are UTC, the trial's end is Stripe's, and the days are the reader's
    11: (
        f"{INVARIANTS}::test_every_instant_that_is_kept_knows_its_zone",
        "billing/test_terms.py::test_a_day_is_the_readers_own",
        f"{INVARIANTS}::test_a_trial_ends_at_stripes_instant_and_on_the_readers_day",
    ),
}
