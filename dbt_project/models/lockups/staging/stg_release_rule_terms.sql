{{ known('release_rule_terms') }}
