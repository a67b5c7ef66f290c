"""What the printed reports say, in the SQL of DuckDB: funnel, cohorts and films.

Each statement gives every figure of its report, by the definitions that ours follows; rates, their
intervals and the order of films follow from these counts by arithmetic.
"""

from __future__ import annotations

from reports.outcomes import Outcome

DAY = 86_400_000_000
# What is known of trials, with the changes that were made and the end of access.
TRIALS = """
    change AS (
        SELECT subscription, arg_max(ends_us, us) AS ends_us,
               arg_max(told, us) FILTER (WHERE told IN ('cancel set', 'cancel unset')) AS cancel,
               max(us) FILTER (WHERE told = 'cancel set') AS set_us,
               arg_max(told, us) FILTER (WHERE told IN ('fraud', 'fraud unset')) AS fraud
        FROM fact WHERE kind = 'trial_change' GROUP BY subscription
    ), ending AS (
        SELECT subscription, min(us) AS us, arg_min(told, us) AS cause
        FROM fact WHERE kind = 'ended' GROUP BY subscription
    ), begun AS (
        SELECT t.subscription, t.person, t.us, t.title_id, t.carded,
               t.us + CASE WHEN t.us % 1000000 = 0 THEN 1000000 ELSE 0 END AS begun_by,
               coalesce(change.ends_us, t.ends_us) AS ends_us, ending.us AS ended_us, cause,
               least(coalesce(change.ends_us, t.ends_us), ending.us) AS over_us,
               CASE WHEN cancel = 'cancel set' THEN set_us END AS cancel_us,
               coalesce(change.fraud = 'fraud', false) AS fraud
        FROM fact AS t LEFT JOIN change USING (subscription) LEFT JOIN ending USING (subscription)
        WHERE t.kind = 'trial'
    )
"""
ASKED = """
    trial AS MATERIALIZED (SELECT * FROM begun WHERE us >= $first AND us < $after)
"""
# The first money since the start, by whichever subscription.
PAID = """
    paid AS (
        SELECT t.subscription, min(p.us) AS paid_us, arg_min(p.payment, p.us) AS payment,
               arg_min(p.gross, p.us) AS gross
        FROM trial AS t JOIN fact AS p ON p.person = t.person
        WHERE p.kind = 'payment' AND p.net > 0 AND p.us >= t.us
        GROUP BY t.subscription
    )
"""
OUTCOMES = ", ".join(f"count(*) FILTER (WHERE outcome = '{each}') AS {each}" for each in Outcome)
COHORTS = f"""
    WITH {TRIALS}, {ASKED}, {PAID}, comp AS (
        SELECT DISTINCT t.subscription FROM trial AS t
        JOIN fact AS p ON p.subscription = t.subscription
        WHERE p.kind = 'payment' AND p.net <= 0 AND p.us >= t.ends_us
    ), lost AS (
        SELECT payment, min(us) AS us, NULL AS refunded FROM fact
        WHERE kind = 'dispute' GROUP BY payment
        HAVING arg_max(told, us) FILTER (WHERE told <> 'open') = 'lost'
    ), gone AS (
        SELECT payment, us, refunded FROM fact WHERE kind = 'refund' UNION ALL FROM lost
    ), taken_back AS (
        SELECT DISTINCT subscription FROM paid JOIN gone USING (payment)
        WHERE gone.us <= paid_us + {30 * DAY} AND coalesce(gone.refunded >= paid.gross, true)
    ), told AS (
        SELECT t.*, paid_us, comp.subscription IS NOT NULL AS comped,
               t.us + $horizon <= $as_of AS is_old, paid_us - t.us AS wait,
               coalesce(cancel_us <= ends_us, false) AS was_cancelled
        FROM trial AS t LEFT JOIN paid USING (subscription) LEFT JOIN comp USING (subscription)
    ), story AS MATERIALIZED (
        SELECT date_trunc('month', make_timestamp(us)) AS month, us, wait, is_old, fraud,
               is_old AND coalesce(wait <= $horizon, false) AS won, subscription,
               CASE WHEN paid_us IS NOT NULL THEN '{Outcome.CONVERTED}'
                    WHEN cause = 'operator' THEN '{Outcome.LOST_OPERATOR}'
                    WHEN comped THEN '{Outcome.COMPED}'
                    WHEN (ended_us IS NULL OR cause = 'payment') AND NOT was_cancelled
                         AND over_us <= $as_of AND over_us + $window > $as_of
                         THEN '{Outcome.COLLECTING}'
                    WHEN cause = 'voluntary'
                         OR (ended_us IS NULL AND was_cancelled AND ends_us <= $as_of)
                         THEN '{Outcome.LOST_VOLUNTARY}'
                    WHEN cause = 'no_method'
                         OR (ended_us IS NULL AND NOT carded AND ends_us + $window <= $as_of)
                         THEN '{Outcome.LOST_NO_METHOD}'
                    WHEN over_us <= $as_of THEN '{Outcome.LOST_PAYMENT}'
                    WHEN cancel_us IS NOT NULL THEN '{Outcome.CANCELLING}'
                    ELSE '{Outcome.RUNNING}' END AS outcome
        FROM told
    ), cohort AS (
        SELECT coalesce(strftime(month, '%Y-%m'), 'all') AS label, count(*) AS starts,
               count(*) FILTER (WHERE is_old) AS old, count(*) FILTER (WHERE won) AS converted,
               count(*) FILTER (WHERE won AND taken_back.subscription IS NULL) AS kept,
               count(wait) AS ever,
               {OUTCOMES},
               quantile_cont(wait, 0.5) AS median_wait
        FROM story LEFT JOIN taken_back USING (subscription) WHERE NOT fraud
        GROUP BY GROUPING SETS ((month), ())
    ), aged AS (
        SELECT ($as_of - us) // {DAY} AS age, (wait + {DAY} - 1) // {DAY} AS took, count(*) AS n
        FROM story WHERE NOT fraud GROUP BY ALL
    ), curve AS (
        SELECT h, coalesce(sum(n) FILTER (WHERE took <= h), 0)::BIGINT AS won,
               coalesce(sum(n), 0)::BIGINT AS old
        FROM range($horizon // {DAY} + 1) AS days (h) LEFT JOIN aged ON age >= h GROUP BY h
    )
    SELECT cohort.*, (SELECT count(*) FROM story WHERE fraud) AS fraud,
           (SELECT list((won, old) ORDER BY h) FROM curve) AS curve
    FROM cohort ORDER BY label
"""  # noqa: S608  # put together from names of our own

FILMS = f"""
    WITH {TRIALS}, {ASKED}, {PAID}, sight AS MATERIALIZED (
        SELECT t.subscription, begun_by, f.kind, f.us, f.title_id, code_film_id
        FROM trial AS t JOIN fact AS f ON f.person = t.person
        WHERE f.kind IN ('visit', 'cta_click', 'checkout_open')
          AND f.us >= t.us - {30 * DAY} AND f.us <= begun_by AND NOT fraud
    ), checkout AS (
        SELECT subscription, max(us) AS us, arg_max_null(code_film_id, us) AS film
        FROM sight WHERE kind = 'checkout_open' GROUP BY subscription
    ), click AS (
        SELECT c.subscription, arg_max(c.title_id, c.us) AS film
        FROM sight AS c LEFT JOIN checkout AS o USING (subscription)
        WHERE c.kind = 'cta_click' AND c.us <= coalesce(o.us, begun_by)
          AND c.us >= coalesce(o.us, begun_by) - {30 * DAY}
        GROUP BY c.subscription
    ), story AS MATERIALIZED (
        SELECT t.*, coalesce(checkout.film, click.film, title_id) AS film, paid_us,
               t.us + $horizon <= $as_of AS is_old,
               coalesce(paid_us - t.us <= $horizon, false) AS in_time
        FROM trial AS t LEFT JOIN checkout USING (subscription)
        LEFT JOIN click USING (subscription) LEFT JOIN paid USING (subscription)
        WHERE NOT fraud
    ), helped AS (
        SELECT subscription, title_id AS film FROM sight
        WHERE kind = 'visit' AND title_id IS NOT NULL
        UNION SELECT subscription, film FROM story WHERE film IS NOT NULL
    ), shared AS (
        SELECT coalesce(list(helped.film), [NULL]) AS films
        FROM story LEFT JOIN helped USING (subscription) GROUP BY subscription
    ), played AS (
        SELECT t.subscription, arg_min_null(p.title_id, p.us) AS film
        FROM story AS t JOIN fact AS p ON p.person = t.person
        WHERE p.kind = 'play' AND p.seconds >= 120 AND p.us >= t.us AND p.us < over_us
        GROUP BY t.subscription
    )
    SELECT 'deciding' AS figure, film, NULL AS films, count(*) AS trials,
           count(*) FILTER (WHERE is_old) AS old,
           count(*) FILTER (WHERE is_old AND in_time) AS converted, count(paid_us) AS ever
    FROM story GROUP BY film
    UNION ALL BY NAME
    SELECT 'assist' AS figure, film, films, count(*) AS trials
    FROM (SELECT unnest(films) AS film, len(films) AS films FROM shared) GROUP BY film, films
    UNION ALL BY NAME
    SELECT 'first played' AS figure, played.film, count(*) AS trials
    FROM story LEFT JOIN played USING (subscription) GROUP BY played.film
"""  # noqa: S608

# A way that is open at one step and was not at the next one has gone on since: what is left may.
STEP = """
    SELECT {number} AS step, count(*) AS people,
           count(*) FILTER (WHERE {until} > $as_of) AS could,
           count(*) FILTER (WHERE {after} > $as_of) AS may,
           quantile_cont(us - before_us, 0.5) AS median_wait
    FROM f{number}
"""
TO_START, TO_PAID = f"entered_us + {7 * DAY}", "started_us + $horizon"
STEPS = " UNION ALL ".join(
    STEP.format(
        number=number,
        until=TO_START if number < 6 else TO_PAID,
        after=TO_START if number < 5 else TO_PAID,
    )
    for number in range(8)
)
# Most see the offer after the first look inside the period: both are found in one pass. Only those
# who saw it before, inside the period as well, are looked up.
FUNNEL = f"""
    WITH {TRIALS}, looked AS MATERIALIZED (
        SELECT person, min(us) FILTER (WHERE kind = 'visit' AND us < $after) AS us,
               min(us) FILTER (WHERE kind = 'cta_seen') AS seen_us
        FROM fact WHERE kind IN ('visit', 'cta_seen') AND us >= $first AND NOT robot
        GROUP BY person
    ), f0 AS (
        SELECT us AS entered_us, NULL::BIGINT AS before_us, us FROM looked WHERE us IS NOT NULL
    ), f1 AS MATERIALIZED (
        SELECT person, us AS entered_us, us AS before_us, seen_us AS us
        FROM looked WHERE seen_us >= us AND seen_us <= us + {7 * DAY}
        UNION ALL
        SELECT e.person, any_value(e.us), any_value(e.us), min(f.us)
        FROM looked AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'cta_seen'
        WHERE seen_us < e.us AND f.us >= e.us AND f.us <= e.us + {7 * DAY} GROUP BY e.person
    ), f2 AS MATERIALIZED (
        SELECT e.person, any_value(entered_us) AS entered_us, any_value(e.us) AS before_us,
               min(f.us) AS us
        FROM f1 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'cta_click'
        WHERE f.us >= e.us AND f.us <= {TO_START} GROUP BY e.person
    ), f3 AS MATERIALIZED (
        SELECT e.person, any_value(entered_us) AS entered_us, any_value(e.us) AS before_us,
               greatest(min(f.us), any_value(e.us)) AS us
        FROM f2 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'account'
        WHERE f.us <= {TO_START} GROUP BY e.person
    ), f4 AS MATERIALIZED (
        SELECT e.person, any_value(entered_us) AS entered_us, any_value(e.us) AS before_us,
               min(f.us) AS us
        FROM f3 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'checkout_open'
        WHERE f.us >= e.us AND f.us <= {TO_START} GROUP BY e.person
    ), f5 AS MATERIALIZED (
        SELECT e.person, any_value(entered_us) AS entered_us, any_value(e.us) AS before_us,
               greatest(min(t.us), any_value(e.us)) AS us, min(t.us) AS started_us
        FROM f4 AS e JOIN begun AS t ON t.person = e.person
        WHERE begun_by >= e.us AND t.us <= {TO_START} AND NOT fraud GROUP BY e.person
    ), f6 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us,
               any_value(started_us) AS started_us
        FROM f5 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'play'
        WHERE f.seconds >= 120 AND f.us >= started_us AND f.us <= {TO_PAID} GROUP BY e.person
    ), f7 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us,
               any_value(started_us) AS started_us
        FROM f6 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'payment'
        WHERE f.net > 0 AND f.us >= started_us GROUP BY e.person
        HAVING min(f.us) >= any_value(e.us) AND min(f.us) <= any_value({TO_PAID})
    ), step AS ({STEPS})
    SELECT step, people, coalesce(lag(may) OVER (ORDER BY step) - could, 0) AS open, median_wait,
           (SELECT count(DISTINCT person) FROM fact
            WHERE robot AND kind = 'visit' AND us >= $first AND us < $after) AS robots
    FROM step ORDER BY step
"""  # noqa: S608
