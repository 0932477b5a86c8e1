package query

// Suggest is the candidate that name is most likely a slip of, as the end of a
// sentence: "; did you mean amount?". It is "" where none is near.
func Suggest(name string, candidates []string) string { return suggestion(name, candidates) }
