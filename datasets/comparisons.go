package datasets

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/diff"
)

// comparisons keeps what came of comparing two versions of a table: how many
// rows differ and which, by their numbers. A page of changes is then a piece of
// that and the rows that it names. Anybody may have any two versions compared
// by any key, so that what is kept is bounded: what was used longest ago goes.
//
// A kept comparison is a file: a line of JSON with the numbers, then for each
// row that differs its number in the older and in the newer version, 0 for none,
// eight bytes each. No values stand in it.
type comparisons struct {
	files *Store
	made  *exports

	mu     sync.Mutex
	used   map[string]time.Time // by path, in this process
	failed map[string]time.Time // by path of the summary
}

func newComparisons(files *Store) *comparisons {
	made := newExports(files, make(chan struct{}, files.cfg.MaxCompares))
	made.asked = true
	return &comparisons{files: files, made: made, used: map[string]time.Time{}, failed: map[string]time.Time{}}
}

const (
	placeBytes   = 16       // of one row
	leastKept    = 64 << 10 // what a kept comparison counts for at least, so that their number is bounded, too
	mostInMemory = 16 << 20 // bytes of a comparison that no disk has room for
)

// comparison is a finished one, until Close.
type comparison struct {
	Added   int64   `json:"added"`
	Removed int64   `json:"removed"`
	Changed int64   `json:"changed"`
	Cells   []int64 `json:"cells"`

	rows  io.ReaderAt
	first int64 // byte at which the rows begin
	close func() error
}

// places gives the rows from number skip on, at most n.
func (c *comparison) places(skip int64, n int) ([]diff.Place, error) {
	n = int(min(int64(n), max(0, c.Added+c.Removed+c.Changed-skip)))
	if n == 0 {
		return nil, nil
	}
	block := make([]byte, n*placeBytes)
	if _, err := c.rows.ReadAt(block, c.first+skip*placeBytes); err != nil && (!errors.Is(err, io.EOF) || int64(len(block)) == 0) {
		return nil, fmt.Errorf("read a kept comparison: %w", err)
	}
	places := make([]diff.Place, n)
	for i := range places {
		at := block[i*placeBytes:]
		places[i] = diff.Place{Old: int64(binary.LittleEndian.Uint64(at)), New: int64(binary.LittleEndian.Uint64(at[8:]))}
	}
	return places, nil
}

// of gives the comparison of two versions, made by the first who asks. Errors
// are those of Page; Busy where others are being made for too long.
func (k *comparisons) of(ctx context.Context, c *Changes) (*comparison, error) {
	path := k.path(c)
	for try := 1; ; try++ {
		fresh := false
		file, err := k.made.get(ctx, path, func(ctx context.Context, to string) error {
			fresh = true
			return k.write(ctx, c, to)
		})
		if catalog.KindOf(err) == catalog.Full && err != nil {
			return k.inMemory(ctx, c)
		}
		if err != nil {
			return nil, fmt.Errorf("compare versions %d and %d of %s: %w", c.Old.Version.Number, c.New.Version.Number, c.New.Dataset.Slug, err)
		}
		k.use(path)
		if fresh {
			k.trim(path)
		}
		out, err := openComparison(file.Path)
		if errors.Is(err, fs.ErrNotExist) && try < 3 {
			continue // trimmed a moment ago
		}
		return out, err
	}
}

// path names a comparison by all that decides it: both files and the statement.
func (k *comparisons) path(c *Changes) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\x00%s\x00%s", c.Old.Version.FileHash, c.New.Version.FileHash,
		c.Comparison.Rows(quote(c.Old.Table.Storage), quote(c.New.Table.Storage)))
	for _, p := range c.Comparison.Pairs {
		fmt.Fprintf(sum, "\x00%s", p.Differs())
	}
	return filepath.Join(k.files.cfg.Dir, exportsDir, comparedDir, hex.EncodeToString(sum.Sum(nil))+".rows")
}

func openComparison(path string) (*comparison, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	out, err := readComparison(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read a kept comparison: %w", err), f.Close())
	}
	out.close = f.Close
	return out, nil
}

func readComparison(in io.ReaderAt) (*comparison, error) {
	head, err := bufio.NewReader(io.NewSectionReader(in, 0, 1<<20)).ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	out := &comparison{rows: in, first: int64(len(head)), close: func() error { return nil }}
	return out, json.Unmarshal(head, out)
}

func (k *comparisons) write(ctx context.Context, c *Changes, to string) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	return errors.Join(k.compare(ctx, c, f), f.Close())
}

// inMemory compares where there is no room to keep what comes of it: reading
// goes on.
func (k *comparisons) inMemory(ctx context.Context, c *Changes) (*comparison, error) {
	if err := enter(ctx, k.made.slots); err != nil {
		return nil, err
	}
	defer func() { <-k.made.slots }()
	var buf bytes.Buffer
	if err := k.compare(ctx, c, &atMost{&buf, mostInMemory}); err != nil {
		return nil, err
	}
	return readComparison(bytes.NewReader(buf.Bytes()))
}

// atMost refuses what is more than left.
type atMost struct {
	out  io.Writer
	left int
}

func (a *atMost) Write(p []byte) (int, error) {
	if a.left -= len(p); a.left < 0 {
		return 0, fullError(errors.New("no room on the disk, and too many changes for the memory"))
	}
	return a.out.Write(p)
}

// compare does the work: it counts, and then writes which rows differ.
func (k *comparisons) compare(ctx context.Context, c *Changes, out io.Writer) error {
	return k.files.compared(ctx, c, func(ctx context.Context, conn *conn, before, after string) error {
		cmp := *c.Comparison
		for side, sql := range cmp.Repeats(before, after) {
			n, err := conn.int64Of(ctx, sql)
			if err != nil {
				return err
			}
			cmp.Unique[side] = n == 0
		}
		counted, err := conn.rowsOf(ctx, cmp.Counts(before, after))
		if err != nil {
			return err
		}
		n := counted[0]
		head := comparison{Added: n[0].I, Removed: n[1].I, Changed: n[2].I, Cells: make([]int64, len(cmp.Pairs))}
		for i := range cmp.Pairs {
			head.Cells[i] = n[3+i].I
		}
		buffered := bufio.NewWriterSize(out, 1<<16)
		text, err := json.Marshal(head)
		if err != nil {
			return err
		}
		if _, err := buffered.Write(append(text, '\n')); err != nil {
			return err
		}
		if head.Added+head.Removed+head.Changed > 0 {
			if err := writePlaces(ctx, conn, cmp.Rows(before, after), buffered); err != nil {
				return err
			}
		}
		return buffered.Flush()
	})
}

func writePlaces(ctx context.Context, c *conn, sql string, out io.Writer) error {
	res, err := c.query(ctx, sql)
	if err != nil {
		return err
	}
	defer res.close()
	res.large = true
	var row [2]catalog.Value
	var place [placeBytes]byte
	for res.next(row[:]) {
		binary.LittleEndian.PutUint64(place[:], uint64(row[0].I))
		binary.LittleEndian.PutUint64(place[8:], uint64(row[1].I))
		if _, err := out.Write(place[:]); err != nil {
			return err
		}
	}
	return res.err
}

// failurePause is how long a comparison that failed is not tried again by those
// who can do without.
const failurePause = 10 * time.Minute

func (k *comparisons) fail(path string, err error) {
	k.files.cfg.Log.Warn("compare two versions", "err", err)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed[path] = time.Now()
}

func (k *comparisons) failedLately(path string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, ok := k.failed[path]
	if ok && time.Since(at) > failurePause {
		delete(k.failed, path)
		return false
	}
	return ok
}

func (k *comparisons) use(path string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.used[path] = time.Now()
}

// trim removes what was used longest ago until the rest is within the limit;
// never the one at keep. Readers that have one open go on reading it.
func (k *comparisons) trim(keep string) {
	dir := filepath.Dir(keep)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the next one tries again
	}
	type kept struct {
		path  string
		bytes int64
		used  time.Time
	}
	var all []kept
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || filepath.Ext(e.Name()) != ".rows" {
			continue
		}
		one := kept{filepath.Join(dir, e.Name()), max(info.Size(), leastKept), info.ModTime()}
		total += one.bytes
		all = append(all, one)
	}
	k.mu.Lock()
	for i := range all {
		if t, ok := k.used[all[i].path]; ok {
			all[i].used = t
		}
	}
	k.mu.Unlock()
	slices.SortFunc(all, func(a, b kept) int { return a.used.Compare(b.used) })
	for _, one := range all {
		if total <= k.files.cfg.ComparedLimit {
			return
		}
		if one.path == keep {
			continue
		}
		if err := os.Remove(one.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			k.files.cfg.Log.Warn("remove a kept comparison", "err", err)
			continue
		}
		total -= one.bytes
		k.forget(one.path)
	}
}

// forget drops what is known of a comparison that was removed.
func (k *comparisons) forget(path string) {
	k.mu.Lock()
	delete(k.used, path)
	k.mu.Unlock()
	k.made.forget(path)
}
