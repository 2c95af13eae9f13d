{{ known('flow_summary') }}
