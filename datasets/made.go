package datasets

import (
	"os"

	"gongkai/datasets/export"
)

// Made tells of a whole-table file that was made before, without making one:
// its size, and its SHA-256 where this process knows it. A page can then say
// how large a download is.
func (l *Library) Made(ref *Ref, f export.Format) (file File, ok bool) {
	path, err := l.files.exportPath(ref, f)
	if err != nil {
		return File{}, false
	}
	return l.made.known(path)
}

// known looks for a finished file.
func (e *exports) known(path string) (File, bool) {
	e.mu.Lock()
	made := e.made[path]
	e.mu.Unlock()
	if made != nil && made.same() {
		return *made, true
	}
	info, err := os.Stat(path)
	if err != nil {
		return File{}, false
	}
	return File{Path: path, Bytes: info.Size(), ModTime: info.ModTime()}, true
}
