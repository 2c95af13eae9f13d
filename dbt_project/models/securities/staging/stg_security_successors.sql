{{ known('security_successors') }}
