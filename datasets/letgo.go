package datasets

import (
	"errors"
	"io/fs"
	"os"
)

// LetGo closes version files that another process removed, a purge on the
// command line: while they are open the disk keeps their bytes. A file that a
// query is reading stays until a later call. It gives how many it closed.
func (s *Store) LetGo() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0
	}
	n := 0
	for hash, a := range s.attached {
		if _, err := os.Stat(versionPath(s.cfg.Dir, hash)); a.users == 0 && errors.Is(err, fs.ErrNotExist) {
			s.detach(a)
			n++
		}
	}
	return n
}
