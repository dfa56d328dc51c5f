"""Parts of the e-mailer: facts, parsing, editing, checking, HTML."""
