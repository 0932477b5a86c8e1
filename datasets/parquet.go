package datasets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// writeParquet writes the rows of a bound query to an existing file. Only the
// engine can write Parquet, and the engine that serves cannot write: so an
// engine of its own is started for each file, with one version file and one
// output file to its name, and ends with it.
func (s *Store) writeParquet(ctx context.Context, ref *Ref, b *query.Bound, to string) error {
	spill := filepath.Join(filepath.Dir(to), filepath.Base(to)+"-"+spillDir)
	e, err := openEngine("",
		setting{"threads", strconv.Itoa(s.cfg.Threads)},
		setting{"memory_limit", sizeSetting(s.cfg.MemoryLimit / 2)},
		setting{"temp_directory", spill},
		setting{"max_temp_directory_size", sizeSetting(s.cfg.SpillLimit)},
		setting{"preserve_insertion_order", "true"})
	if err != nil {
		return err
	}
	defer e.close()
	c, err := e.connect()
	if err != nil {
		return err
	}
	defer c.close()
	if !isHash(ref.Version.FileHash) {
		return fmt.Errorf("%q names no version file", ref.Version.FileHash)
	}
	if err := c.exec(ctx, "ATTACH "+literal(versionPath(s.cfg.Dir, ref.Version.FileHash))+" AS v (READ_ONLY)"); err != nil {
		return err
	}
	lock := lockdown{
		sets:   append([]setting{{"allowed_paths", "[" + literal(to) + "]"}}, closing...),
		expect: closed,
	}
	if err := lock.apply(ctx, c); err != nil {
		return err
	}
	sql, args := b.SQL("v.main." + quote(ref.Table.Storage))
	res, err := c.query(ctx, "COPY ("+sql+") TO "+literal(to)+" (FORMAT parquet, USE_TMP_FILE false)", args...)
	if err != nil {
		return s.failure(ctx, ref, err)
	}
	defer res.close()
	count := make([]catalog.Value, len(res.cols))
	for res.next(count) {
		// one row, with the number of rows written
	}
	if res.err != nil {
		return s.failure(ctx, ref, res.err)
	}
	return os.RemoveAll(spill)
}
