package datasets

import (
	duck "github.com/duckdb/duckdb-go-bindings"

	"gongkai/datasets/query"
)

// Attached is how many version files the engine has open.
func (s *Store) Attached() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.attached)
}

// TakeMemory makes a stream fail as if other queries had taken the memory.
func TakeMemory(rows query.Rows) {
	st, ok := rows.(*stream)
	if !ok {
		panic("no stream of the engine")
	}
	st.res.err = engineError("Out of Memory Error: test", duck.ErrorTypeInvalid)
	st.res.row, st.res.rows = 0, 0
}

// BuildError is what a build makes of a message of the engine.
func BuildError(message string) error { return tooLarge(engineError(message, duck.ErrorTypeInvalid)) }
