{{ known('release_rule_parts') }}
