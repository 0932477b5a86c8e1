package datasets

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// errLocked says that a living process holds the lock.
var errLocked = errors.New("locked by a running build")

// lockDir takes the lock of a build folder without waiting. The kernel drops it
// when its process ends, however it ends.
func lockDir(path string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(path, lockFile), os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, err
	}
	return f, nil
}
