package datasets

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongkai/catalog"
)

// lockdown closes an engine in steps whose order matters: settings that later
// steps forbid come first, and lock_configuration comes last.
type lockdown struct {
	config []setting // at the start
	sets   []setting // by SQL, in this order; values are SQL
	expect []setting // what reading them back must give
}

// readerLock is for the engine that serves: it may open the files of versions/
// and its own spill folder, nothing else, and cannot be told otherwise. That
// folder could be written through COPY, so no SQL of strangers comes here; its
// files are read-only.
func readerLock(versions, spill string, cfg Config) lockdown {
	return lockdown{
		config: []setting{
			{"threads", strconv.Itoa(cfg.Threads)},
			{"memory_limit", sizeSetting(cfg.MemoryLimit)},
			{"temp_directory", spill},
			{"max_temp_directory_size", sizeSetting(cfg.SpillLimit)},
			{"preserve_insertion_order", "true"},
		},
		sets: append([]setting{
			{"allowed_directories", "[" + literal(versions+"/") + "]"},
		}, closing...),
		expect: append([]setting{
			{"threads", strconv.Itoa(cfg.Threads)},
			{"temp_directory", spill},
			{"preserve_insertion_order", "true"},
			{"allowed_directories", "[" + spill + "/, " + versions + "/]"}, // the engine adds its spill folder
		}, closed...),
	}
}

// closing is what every engine that reads for others ends its start with.
var closing = []setting{
	{"autoinstall_known_extensions", "false"},
	{"autoload_known_extensions", "false"},
	{"allow_community_extensions", "false"},
	{"enable_external_access", "false"},
	{"lock_configuration", "true"},
}

// closed is what closing must have come to.
var closed = closing

// apply sets the settings and reads them back; an error means that the engine
// must not serve.
func (l lockdown) apply(ctx context.Context, c *conn) error {
	for _, s := range l.sets {
		if err := c.exec(ctx, "SET GLOBAL "+s.name+" = "+s.value); err != nil {
			return fmt.Errorf("set %s: %w", s.name, err)
		}
	}
	rows, err := c.rowsOf(ctx, "SELECT name, value FROM duckdb_settings()")
	if err != nil {
		return err
	}
	for _, want := range l.expect {
		at := slices.IndexFunc(rows, func(row []catalog.Value) bool { return row[0].S == want.name })
		if at < 0 || rows[at][1].S != want.value {
			actual := "missing"
			if at >= 0 {
				actual = rows[at][1].S
			}
			return fmt.Errorf("engine setting %s is %q, not %q: refusing to serve", want.name, actual, want.value)
		}
	}
	return nil
}
