{{ known('release_rule_closes') }}
