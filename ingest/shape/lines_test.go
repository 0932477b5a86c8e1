package shape

import (
	"context"
	"hash/maphash"
	"reflect"
	"strconv"
	"testing"

	"gongkai/ingest/sheet"
)

// TestScanLinesInParts scans a long sheet by several goroutines and by one.
func TestScanLinesInParts(t *testing.T) {
	rows := make([][]string, manyLines+7)
	for i := range rows {
		switch {
		case i%1000 == 999:
			rows[i] = []string{"合计", "", strconv.Itoa(i)}
		case i%7 != 3: // blank lines are no lines
			rows[i] = []string{"区" + strconv.Itoa(i), "", strconv.Itoa(i), "-", "2024"}
		}
	}
	sh := sheet.FromRows("s", rows)
	seed := maphash.MakeSeed()
	parts, err := scanLines(context.Background(), sh, nil, seed)
	if err != nil {
		t.Fatal(err)
	}
	whole := &lines{stride: parts.stride, cols: parts.cols}
	if err := whole.scan(context.Background(), sh, 1, sh.Rows(), nil, seed); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(parts, whole) {
		t.Error("parts do not make the whole")
	}
	if len(whole.totals) != len(rows)/1000 {
		t.Errorf("%d totals", len(whole.totals))
	}
}
