-- The last locked day that each term of a rule gives for a security; an interval where its event is not known yet.
with rule_terms as (
    select
        rules.ticker,
        terms.release_rule,
        terms.clause_number,
        terms.term_number,
        terms.term_kind,
        terms.fixed_on,
        terms.ordinal,
        terms.event
    from {{ ref('int_release_rule') }} as rules
    inner join {{ ref('stg_release_rule_terms') }} as terms on rules.release_rule = terms.release_rule
),

{{ dated_terms('rule_terms', ref('int_price_condition')) }}

select * from dated_terms
