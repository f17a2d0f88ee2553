((swift) @injection.content (#set! injection.language "swift"))
