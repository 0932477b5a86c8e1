package shape

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"gongkai/ingest/sheet"
)

// TestAhead reads a table both ways, and ends early.
func TestAhead(t *testing.T) {
	rows := [][]string{{"区", "数", "注"}}
	for i := range 3*aheadRows + 5 {
		rows = append(rows, []string{"区" + strconv.Itoa(i), strconv.Itoa(i), ""}[:2+i%2])
	}
	rows = append(rows, []string{"合计", "1"})
	sh := sheet.FromRowsTyped("s", rows)
	found, err := Detect(context.Background(), &sheet.Workbook{Sheets: []*sheet.Sheet{sh}}, nil)
	if err != nil || len(found.Tables) != 1 {
		t.Fatal(err, found)
	}
	table := &found.Tables[0]
	read := func(records func(func(Row) error) error) (out []string) {
		if err := records(func(r Row) error {
			out = append(out, fmt.Sprintf("%d %t %q", r.Row, r.Total, r.Cells[:2]))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if one, other := read(table.Records), read(table.Ahead); len(one) < 3*aheadRows || !reflect.DeepEqual(one, other) {
		t.Errorf("%d records, %d ahead", len(one), len(other))
	}
	for _, at := range []int{1, aheadRows, 2*aheadRows + 1} {
		n, enough := 0, errors.New("enough")
		err := table.Ahead(func(Row) error {
			if n++; n == at {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != at {
			t.Errorf("ended with %v after %d records, not %d", err, n, at)
		}
	}
}

// TestClassOfPlain: the fast way says what the long way says.
func TestClassOfPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9.\-]{0,44}|[12][0-9]{3}|[0-9]{4}-[0-9]{2}-[0-9]{2}`).Draw(t, "text")
		if k := classOfPlain(s); k != classBlank && k != classOfText(s) {
			t.Fatalf("%q is %d, not %d", s, k, classOfText(s))
		}
	})
}

// TestRuns counts the lines of runs against lines one by one.
func TestRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stride := rapid.IntRange(1, 2).Draw(t, "stride")
		ln := &lines{stride: stride, filled: rapid.SliceOfN(rapid.Uint64Range(0, 1), 0, 60).Draw(t, "filled")}
		ln.filled = ln.filled[:len(ln.filled)/stride*stride]
		hi := len(ln.filled) / stride
		lo := rapid.IntRange(0, hi).Draw(t, "from")
		next := lo
		ln.runs(lo, hi, func(i, n int) {
			if i != next || n < 1 {
				t.Fatalf("a run of %d at %d, wanted at %d", n, i, next)
			}
			for k := i; k < i+n; k++ {
				if !reflect.DeepEqual(ln.filled[k*stride:(k+1)*stride], ln.filled[i*stride:(i+1)*stride]) {
					t.Fatalf("lines %d and %d are in one run", i, k)
				}
			}
			next = i + n
		})
		if next != hi {
			t.Fatalf("runs end at %d of %d", next, hi)
		}
	})
}
