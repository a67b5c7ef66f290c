"""The ways that a funnel is drawn from, as the database finds and walks them."""

from __future__ import annotations

LONGEST_GAP = 31
# A period cuts few ways: OFFSET 0 has them looked up by the index, one length of wait at a time.
STRADDLING = """
    SELECT straddling.* FROM generate_series(0, :longest) AS class CROSS JOIN LATERAL (
        SELECT * FROM journey
        WHERE scope_id = :scope AND gap = class AND previous_us < :first AND entered_us >= :first
          AND entered_us < least(:after, :first + (1000000::bigint << class))
        OFFSET 0
    ) AS straddling
"""
FIRST_INSIDE = """
    SELECT * FROM journey
    WHERE scope_id = :scope AND gap = -1 AND entered_us >= :first AND entered_us < :after
"""
WALK = """
    way AS (
        SELECT person, entered_us, title_id, seen_us, clicked_us, account_us, checkout_us, trial_us,
               started_us, played_us, paid_us, is_apart,
               CASE WHEN robot_us <= :as_of THEN 0
                    WHEN seen_us IS NULL OR seen_us > :as_of THEN 1
                    WHEN clicked_us IS NULL OR clicked_us > :as_of THEN 2
                    WHEN account_us IS NULL OR account_us > :as_of THEN 3
                    WHEN checkout_us IS NULL OR checkout_us > :as_of THEN 4
                    WHEN trial_us IS NULL OR trial_us > :as_of THEN 5
                    WHEN played_us IS NULL OR played_us > :as_of
                         OR played_us > started_us + :horizon THEN 6
                    WHEN paid_us IS NULL OR paid_us > :as_of OR paid_us < played_us
                         OR paid_us > started_us + :horizon THEN 7
                    ELSE 8 END AS depth
        FROM entered
        WHERE since_us <= :as_of AND until_us > :as_of AND entered_us <= :as_of
          AND (cast(:source AS text) IS NULL OR source = :source)
    ), walk AS (
        SELECT *, CASE WHEN depth < 6 THEN entered_us + :to_start > :as_of
                       WHEN depth < 8 THEN started_us + :horizon > :as_of
                       ELSE false END AS is_open
        FROM way
    )
"""
# Nobody's way is in both, and each is found in the order in which it was entered.
WALKED = tuple(
    f"WITH entered AS (SELECT *, true AS is_apart FROM ({each}) AS each), {WALK}"  # noqa: S608
    for each in (FIRST_INSIDE, STRADDLING)
)
STEP_COLUMNS = (
    *("entered_us", "seen_us", "clicked_us", "account_us"),
    *("checkout_us", "trial_us", "played_us", "paid_us"),
)
