{# The formulas by which a printed figure can follow from others: each is one entry of this list, and the models loop over it.
   The list is a plain literal, which `make generated` reads too: ingestion and the docs know a formula from
   data/reference/formulas.csv, which is written from it.

   name, least, most    what a declaration writes, and how many inputs it gives at least and at most (None: any number)
   counted              true if the last input is a count of months or sessions
   of_its_inputs        what it makes of them, for the docs
   ends                 the macro that gives an end of the interval of numbers, and the operands that it takes: `first` to
                        `fifth`, `rest` (all but the first), `parts` (all but the last), `last`, `all_inputs`, `range`, and
                        what int_derived_interval combines of them before
   days                 the same for an interval of days
   of_itself            the result where the first two inputs are the same figure, whatever its interval
   one_currency         true if inputs in two currencies have no result
   each                 true if the figure is said of each input: all of them have to agree with it, not only the span of them
   sessions             true if it counts sessions of the exchange that the first input's ticker names
   words                it in words: {1} to {5} are the inputs' words, {added}, {taken} and {listed} those of all inputs with +, -
                        and `and` between them, {rest} and {parts} those of `rest` and `parts`, {last} of the last.
                        A further text is added where its inputs are there
   class                the class of a contradiction that nothing else explains
   class_of_days        the same where days differ by more than one
   solve                for operands that meet a condition: what one of them would have to be for the figure to be `target`, all
                        else as printed, and the end of the operand's own interval that is nearest to that. `near` and `far` are
                        the ends of the operand; `first_near` and the like those of others, as
                        int_reconciliation_smallest_change names them #}
{% macro formulas() -%}
    {{ return([
        {
            'name': 'same', 'least': 1, 'most': 1,
            'of_its_inputs': 'the one input',
            'ends': ['interval_of', 'range'],
            'days': ['days_of', 'range'],
            'one_currency': True,
            'words': ['{1}'],
            'class': 'two statements differ', 'class_of_days': 'two statements differ',
            'solve': [{'where': 'true', 'needed': 'target', 'own_end': 'near'}],
        },
        {
            'name': 'sum', 'least': 1, 'most': None,
            'of_its_inputs': 'added',
            'ends': ['interval_of', 'all_inputs'],
            'one_currency': True,
            'words': ['{added}'],
            'class': "parts don't sum",
            'solve': [{'where': 'true', 'needed': 'target - (all_inputs_near - near)', 'own_end': 'near'}],
        },
        {
            'name': 'difference', 'least': 2, 'most': None,
            'of_its_inputs': 'the first less all others',
            'ends': ['interval_difference', 'first', 'rest'],
            'of_itself': 0,
            'one_currency': True,
            'words': ['{1} - {taken}'],
            'class': "parts don't sum",
            'solve': [
                {'where': 'operand_number = 1', 'needed': 'target + rest_far', 'own_end': 'near'},
                {'where': 'operand_number > 1', 'needed': 'first_near - target - (rest_far - far)', 'own_end': 'far'},
            ],
        },
        {
            'name': 'product', 'least': 2, 'most': 3,
            'of_its_inputs': 'multiplied (two or three)',
            'ends': ['interval_product', 'first_two', 'third_factor'],
            'words': ['{1} * {2}', ' * {3}'],
            'solve': [
                {'where': 'operands = 2 and operand_number = 1', 'needed': 'target / nullif(second_near, 0)', 'own_end': 'near'},
                {'where': 'operands = 2 and operand_number = 2', 'needed': 'target / nullif(first_near, 0)', 'own_end': 'near'},
            ],
        },
        {
            'name': 'ratio', 'least': 2, 'most': 2,
            'of_its_inputs': 'the first by the second',
            'ends': ['interval_ratio', 'first', 'second'],
            'of_itself': 1,
            'one_currency': True,
            'words': ['{1} / {2}'],
            'solve': [
                {'where': 'operand_number = 1', 'needed': 'target * second_far', 'own_end': 'near'},
                {'where': 'operand_number = 2', 'needed': 'first_near / nullif(target, 0)', 'own_end': 'far'},
            ],
        },
        {
            'name': 'ratio to sum', 'least': 2, 'most': None,
            'of_its_inputs': 'the first by the sum of the others',
            'ends': ['interval_ratio', 'first', 'rest'],
            'one_currency': True,
            'words': ['{1} / ({rest})'],
            'solve': [
                {'where': 'operand_number = 1', 'needed': 'target * rest_far', 'own_end': 'near'},
                {'where': 'operand_number > 1', 'needed': 'first_near / nullif(target, 0) - (rest_far - far)', 'own_end': 'far'},
            ],
        },
        {
            'name': 'percentage change', 'least': 2, 'most': 2,
            'of_its_inputs': 'from the first to the second',
            'ends': ['interval_percentage_change', 'first', 'second'],
            'of_itself': 0,
            'one_currency': True,
            'words': ['{2} / {1} - 1'],
            'solve': [
                {'where': 'operand_number = 1', 'needed': 'second_near / nullif(1 + target, 0)', 'own_end': 'far'},
                {'where': 'operand_number = 2', 'needed': '(1 + target) * first_far', 'own_end': 'near'},
            ],
        },
        {
            'name': 'share', 'least': 2, 'most': None,
            'of_its_inputs': 'the first by the sum of all',
            'ends': ['interval_share', 'first', 'rest'],
            'one_currency': True,
            'words': ['{1} / ({1} + {rest})'],
            'class': "parts don't sum",
            'solve': [
                {'where': 'operand_number = 1', 'needed': 'target * rest_far / nullif(1 - target, 0)', 'own_end': 'near'},
                {
                    'where': 'operand_number > 1',
                    'needed': 'first_near * (1 - target) / nullif(target, 0) - (rest_far - far)', 'own_end': 'far',
                },
            ],
        },
        {
            'name': 'sum over total', 'least': 2, 'most': None,
            'of_its_inputs': 'all but the last, added, by the last',
            'ends': ['interval_ratio', 'parts', 'last'],
            'one_currency': True,
            'words': ['({parts}) / {last}'],
            'class': "parts don't sum",
            'solve': [
                {'where': 'operand_number < operands', 'needed': 'target * last_far - (parts_near - near)', 'own_end': 'near'},
                {'where': 'operand_number = operands', 'needed': 'parts_near / nullif(target, 0)', 'own_end': 'far'},
            ],
        },
        {
            'name': 'range', 'least': 1, 'most': None,
            'of_its_inputs': 'from the least to the greatest; it reproduces if the two ranges overlap',
            'ends': ['interval_of', 'range'],
            'days': ['days_of', 'range'],
            'one_currency': True,
            'words': ['from the least to the greatest of {listed}'],
            'solve': [{'where': 'true', 'needed': 'target', 'own_end': 'near'}],
        },
        {
            'name': 'each', 'least': 1, 'most': None, 'each': True,
            'of_its_inputs': 'what is said of each of them; it reproduces if it is true of all',
            'ends': ['interval_of', 'range'],
            'one_currency': True,
            'words': ['each of {listed}'],
            'class': 'two statements differ',
        },
        {
            'name': 'count', 'least': 1, 'most': None,
            'of_its_inputs': 'how many figures fit',
            'ends': ['interval_of_number', 'inputs'],
            'words': ['number of {1}'],
            'class': 'two statements differ',
        },
        {
            'name': 'multiple contraction', 'least': 2, 'most': 3,
            'of_its_inputs': '1 - (1 + price change) / (1 + index change) / (1 + revision); two or three inputs',
            'ends': ['interval_multiple_contraction', 'first', 'second', 'third_change'],
            'words': ['1 - (1 + {1}) / (1 + {2})', ' / (1 + {3})'],
        },
        {
            'name': 'discounted multiple', 'least': 5, 'most': 5,
            'of_its_inputs': 'earnings a share * multiple / (1 + rate) ^ years * exchange rate',
            'ends': ['interval_product', 'discounted', 'fifth'],
            'words': ['{1} * {2} / (1 + {3}) ^ {4} * {5}'],
        },
        {
            'name': 'months between', 'least': 2, 'most': 2,
            'of_its_inputs': 'from the first day to the second, a month being 365.2425 / 12 days',
            'ends': ['interval_of_months', 'first', 'second'],
            'words': ['months from {1} to {2}'],
            'class': 'date semantics',
        },
        {
            'name': 'months after', 'least': 2, 'most': 2, 'counted': True,
            'of_its_inputs': 'the day `n` months after a day',
            'days': ['days_months_after', 'first', 'second'],
            'words': ['{2} months after {1}'],
        },
        {
            'name': 'last day of months from', 'least': 2, 'most': 2, 'counted': True,
            'of_its_inputs': 'the last of `n` months that count the day',
            'days': ['days_that_end_months', 'first', 'second'],
            'words': ['last day of {2} months from {1}, which counts'],
        },
        {
            'name': 'earlier of a day and a session', 'least': 3, 'most': 3, 'counted': True,
            'of_its_inputs': 'the first day, or the `n`-th session from the second, which counts if it is one',
            'days': ['days_earlier_of', 'first', 'session'],
            'sessions': True,
            'words': ['earlier of {1} and trading day {3} from {2}'],
        },
    ]) }}
{%- endmacro %}

{# A condition that a formula has a property, such as `sessions`. #}
{% macro formula_has(formula_kind, property) -%}
    {%- set names = formulas() | selectattr(property, 'defined') | map(attribute='name') | list -%}
{{ formula_kind }} in ('{{ names | join("', '") }}')
{%- endmacro %}

{# An end (`low` or `high`) of the interval of numbers that each formula gives; null where it gives none. #}
{% macro formula_end(formula_kind, bound) -%}
case
    -- a figure against itself
    {% for formula in formulas() if 'of_itself' in formula %}
        when {{ formula_kind }} = '{{ formula.name }}' and first_figure_id = second_figure_id
            then cast({{ formula.of_itself }} as double)
    {% endfor %}
    {% for formula in formulas() if 'ends' in formula %}
        when {{ formula_kind }} = '{{ formula.name }}' then {{ context[formula.ends[0]](bound, *formula.ends[1:]) }}
    {% endfor %}
end
{%- endmacro %}

{# An end (`earliest` or `latest`) of the interval of days that each formula gives; null where it gives none. #}
{% macro formula_day(formula_kind, bound) -%}
case {{ formula_kind }}
    {% for formula in formulas() if 'days' in formula %}
        when '{{ formula.name }}' then {{ context[formula.days[0]](bound, *formula.days[1:]) }}
    {% endfor %}
end
{%- endmacro %}

{# What an operand would have to be (`needed`), or the end of its own interval that is nearest to that (`own_end`). #}
{% macro formula_solved(formula_kind, part) -%}
case
    {% for formula in formulas() %}
        {% for solution in formula.get('solve', []) %}
            when {{ formula_kind }} = '{{ formula.name }}' and {{ solution.where }} then {{ solution[part] }}
        {% endfor %}
    {% endfor %}
end
{%- endmacro %}

{# The class of a contradiction that its formula gives it, where numbers differ (`class`) or days (`class_of_days`). #}
{% macro formula_class(formula_kind, part, default) -%}
case {{ formula_kind }}
    {% for formula in formulas() if part in formula %}
        when '{{ formula.name }}' then {{ text_literal(formula[part]) }}
    {% endfor %}
    else {{ text_literal(default) }}
end
{%- endmacro %}

{# The formula of a derived figure with its operands filled in; `words` is a relation with the columns of `named_words`. #}
{% macro formula_in_words(formula_kind, words) -%}
case {{ formula_kind }}
    {% for formula in formulas() %}
        when '{{ formula.name }}'
            then {{ filled_in(formula.words[0], words) }}
            {% for text in formula.words[1:] %}
                || coalesce({{ filled_in(text, words) }}, '')
            {% endfor %}
    {% endfor %}
end
{%- endmacro %}

{# A text as SQL, each name in braces replaced by the column `words_<name>` of a relation; null where one of these is. #}
{% macro filled_in(text, relation) -%}
    {%- set parts = [] -%}
    {%- for piece in text.replace('}', '{').split('{') if piece -%}
        {%- do parts.append(relation ~ '.words_' ~ piece if piece in named_words() else "'" ~ piece ~ "'") -%}
    {%- endfor -%}
{{ parts | join(' || ') }}
{%- endmacro %}

{# What a text can name: the columns `words_<name>` that fct_reconciliation has of a formula's operands. #}
{% macro named_words() -%}
    {{ return(['1', '2', '3', '4', '5', 'added', 'taken', 'listed', 'rest', 'parts', 'last']) }}
{%- endmacro %}
