"""What the printed reports say, in the SQL of DuckDB: funnel, cohorts and films.

Each statement gives every figure of its report, by the definitions that ours follows; rates, their
intervals and the order of films follow from these counts by arithmetic.
"""

from __future__ import annotations

from reports.outcomes import Outcome

SECOND = 1_000_000
DAY = 86_400 * SECOND
# Trials that count, with the changes that were made and the end; one subscription is one trial,
# unless it began while another trial of that person was running.
TRIALS = """
    of_trial AS (
        SELECT subscription,
               any_value(person) FILTER (WHERE kind = 'trial') AS person,
               min(us) FILTER (WHERE kind = 'trial') AS us,
               any_value(title_id) FILTER (WHERE kind = 'trial') AS title_id,
               any_value(carded) FILTER (WHERE kind = 'trial') AS carded,
               coalesce(arg_max(ends_us, us) FILTER (WHERE kind = 'trial_change'),
                        any_value(ends_us) FILTER (WHERE kind = 'trial')) AS ends_us,
               arg_max(told, us) FILTER (WHERE told IN ('cancel set', 'cancel unset')) AS cancel,
               max(us) FILTER (WHERE told = 'cancel set') AS set_us,
               coalesce(arg_max(told, us) FILTER (WHERE told IN ('fraud', 'fraud unset'))
                        = 'fraud', false) AS fraud,
               min(us) FILTER (WHERE kind = 'ended') AS ended_us,
               arg_min(told, us) FILTER (WHERE kind = 'ended') AS cause
        FROM fact WHERE kind IN ('trial', 'trial_change', 'ended')
        GROUP BY subscription
    ), begun AS (
        SELECT * EXCLUDE (cancel, set_us),
               CASE WHEN cancel = 'cancel set' THEN set_us END AS cancel_us,
               least(ends_us, ended_us) AS over_us,
               us + CASE WHEN us % 1000000 = 0 THEN 1000000 ELSE 0 END AS begun_by
        FROM of_trial WHERE us IS NOT NULL
        QUALIFY us >= coalesce(max(over_us) OVER (PARTITION BY person ORDER BY us
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), us)
    )
"""
ASKED = """
    trial AS MATERIALIZED (SELECT * FROM begun WHERE us >= $first AND us < $after)
"""
# The first money since the start, by whichever subscription.
PAID = """
    paid AS (
        SELECT t.subscription,
               min(p.us) FILTER (WHERE p.net > 0) AS paid_us,
               arg_min(p.payment, p.us) FILTER (WHERE p.net > 0) AS payment,
               arg_min(p.gross, p.us) FILTER (WHERE p.net > 0) AS gross,
               bool_or(p.net <= 0 AND p.subscription = t.subscription AND p.us >= t.ends_us)
                   AS comped
        FROM trial AS t JOIN fact AS p ON p.person = t.person
        WHERE p.kind = 'payment' AND p.us >= t.us
        GROUP BY t.subscription
    )
"""
OUTCOMES = ", ".join(f"count(*) FILTER (WHERE outcome = '{each}') AS {each}" for each in Outcome)
COHORTS = f"""
    WITH {TRIALS}, {ASKED}, {PAID}, lost AS (
        SELECT payment, min(us) AS us, NULL AS refunded FROM fact
        WHERE kind = 'dispute' GROUP BY payment
        HAVING arg_max(told, us) FILTER (WHERE told <> 'open') = 'lost'
    ), gone AS (
        SELECT payment, us, refunded FROM fact WHERE kind = 'refund' UNION ALL FROM lost
    ), taken_back AS (
        SELECT DISTINCT subscription FROM paid JOIN gone USING (payment)
        WHERE gone.us <= paid_us + {30 * DAY} AND coalesce(gone.refunded >= paid.gross, true)
    ), told AS (
        SELECT t.*, paid_us, coalesce(comped, false) AS comped,
               t.us + $horizon <= $as_of AS is_old, paid_us - t.us AS wait,
               coalesce(cancel_us <= ends_us, false) AS was_cancelled
        FROM trial AS t LEFT JOIN paid USING (subscription)
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
        SELECT t.subscription, t.us AS started_us, begun_by, f.kind, f.us, f.title_id, code_film_id
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

STEP = """
    SELECT {number} AS step, count(*) AS people,
           count(*) FILTER (WHERE {until} > $as_of) AS could,
           count(*) FILTER (WHERE {after} > $as_of) AS may,
           quantile_cont(us - before_us, 0.5) AS median_wait
    FROM f{number}
"""
STEPS = " UNION ALL ".join(
    STEP.format(number=number, until=until, after=after)
    for number, until, after in (
        *((number, "until", "until") for number in range(5)),
        (5, "until", "started_us + $horizon"),
        *((number, "started_us + $horizon", "started_us + $horizon") for number in (6, 7)),
    )
)
FUNNEL = f"""
    WITH {TRIALS}, looked AS MATERIALIZED (
        SELECT person, min(us) FILTER (WHERE us >= $first AND us < $after) AS us,
               bool_or(robot) AS robot, count(*) AS pages
        FROM fact WHERE kind = 'visit' GROUP BY person
    ), quick AS (
        SELECT DISTINCT person FROM (
            SELECT person, us - lag(us, 59) OVER (PARTITION BY person ORDER BY us) AS took
            FROM fact WHERE kind = 'visit'
              AND person IN (SELECT person FROM looked WHERE pages >= 60)
        ) WHERE took < {60 * SECOND}
    ), entered AS MATERIALIZED (
        SELECT person, us, robot OR person IN (FROM quick) AS robot
        FROM looked WHERE us IS NOT NULL
    ), f0 AS MATERIALIZED (
        SELECT person, NULL::BIGINT AS before_us, us, us + {7 * DAY} AS until
        FROM entered WHERE NOT robot
    ), f1 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us, any_value(until) AS until
        FROM f0 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'cta_seen'
        WHERE f.us >= e.us AND f.us <= until GROUP BY e.person
    ), f2 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us, any_value(until) AS until
        FROM f1 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'cta_click'
        WHERE f.us >= e.us AND f.us <= until GROUP BY e.person
    ), f3 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us,
               greatest(min(f.us), any_value(e.us)) AS us, any_value(until) AS until
        FROM f2 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'account'
        WHERE f.us <= until GROUP BY e.person
    ), f4 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us, any_value(until) AS until
        FROM f3 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'checkout_open'
        WHERE f.us >= e.us AND f.us <= until GROUP BY e.person
    ), f5 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, greatest(min(t.us), any_value(e.us)) AS us,
               any_value(until) AS until, min(t.us) AS started_us
        FROM f4 AS e JOIN begun AS t ON t.person = e.person
        WHERE begun_by >= e.us AND t.us <= until AND NOT fraud GROUP BY e.person
    ), f6 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us,
               any_value(started_us) AS started_us
        FROM f5 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'play'
        WHERE f.seconds >= 120 AND f.us >= started_us AND f.us <= started_us + $horizon
        GROUP BY e.person
    ), f7 AS MATERIALIZED (
        SELECT e.person, any_value(e.us) AS before_us, min(f.us) AS us,
               any_value(started_us) AS started_us
        FROM f6 AS e JOIN fact AS f ON f.person = e.person AND f.kind = 'payment'
        WHERE f.net > 0 AND f.us >= started_us
        GROUP BY e.person
        HAVING min(f.us) >= any_value(e.us) AND min(f.us) <= any_value(started_us) + $horizon
    ), step AS ({STEPS})
    SELECT step, people, coalesce(lag(may) OVER (ORDER BY step) - could, 0) AS open, median_wait,
           (SELECT count(*) FROM entered WHERE robot) AS robots
    FROM step ORDER BY step
"""  # noqa: S608
