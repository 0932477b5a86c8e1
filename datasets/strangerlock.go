package datasets

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/datasets/wire"
)

// The engine of a stranger's statement is closed in two steps. The first comes
// before anything was read: no extensions, no temporary files, little memory.
// The second comes when the files that the statement names are attached: from
// then on the engine opens nothing, not even what it has open, and cannot be
// told otherwise. The process closes itself with it: see the package confine.

// strangerLock is the second step. The order matters: with external access off
// a database's own file is still allowed, which read_blob and COPY would reach;
// only switching off the file system afterwards closes that.
func strangerLock(l wire.Limits) lockdown {
	return lockdown{
		sets: append(append([]setting{}, closing[:len(closing)-1]...),
			setting{"disabled_filesystems", "'LocalFileSystem'"},
			setting{"lock_configuration", "true"},
		),
		expect: append([]setting{
			{"threads", strconv.Itoa(l.Threads)},
			{"temp_directory", ""},
		}, closed...),
	}
}

// proveLocked tries what must not work any more: the engine does not tell
// which file systems it has given up, so that reading the setting back proves
// nothing. Reading the very file that it has attached is what external access
// alone would still allow.
func (s *stranger) proveLocked(ctx context.Context) error {
	paths := []string{"/proc/self/status"}
	for _, t := range s.views {
		paths = append(paths, t.Path)
	}
	for _, path := range paths {
		for _, sql := range []string{"SELECT size FROM read_blob(" + literal(path) + ")", "COPY (SELECT 1) TO " + literal(path+".wal")} {
			err := s.conn.exec(ctx, sql)
			if err == nil || !strings.Contains(err.Error(), "disabled by configuration") {
				return fmt.Errorf("the engine is not locked: %s: %w", sql, err)
			}
		}
	}
	return nil
}

// strangerSettings are those that the engine of a stranger starts with.
func strangerSettings(l wire.Limits) []setting {
	return []setting{
		{"threads", strconv.Itoa(l.Threads)},
		{"memory_limit", sizeSetting(l.Memory / 2)},
		{"temp_directory", ""},
		{"preserve_insertion_order", "true"},
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
		{"errors_as_json", "true"},
		{"max_expression_depth", "500"},
	}
}
