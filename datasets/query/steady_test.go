package query_test

import (
	"math/big"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// TestSumsOfFloatsAreSteady: adding up floating-point numbers gives the same
// digits every time, with several threads, and those of exact arithmetic.
func TestSumsOfFloatsAreSteady(t *testing.T) {
	columns := []catalog.Column{
		{Name: "x", SQLType: "DOUBLE", Type: catalog.TypeDecimal, Profile: catalog.Profile{Min: "-999.999", Max: "999.999"}},
		{Name: "y", SQLType: "DOUBLE", Type: catalog.TypeDecimal}, // its ends are not known
	}
	db := open(t)
	must(t, db, "SET threads = 8")
	e := store(t, db, columns, nil)
	must(t, e.db, "INSERT INTO "+e.from+` SELECT ((i * 7919) % 2000003 - 1000001) / 1000.1, ((i * 7919) % 2000003 - 1000001) / 1000.1, i + 1, 'record' FROM range(400000) r(i)`)
	exact := new(big.Rat)
	for i := range int64(400000) {
		v := float64((i*7919)%2000003-1000001) / 1000.1
		exact.Add(exact, new(big.Rat).SetFloat64(v))
	}
	want, _ := exact.Float64()
	first := ""
	for range 15 {
		rows := bindRun(t, e, query.Request{Select: []string{"sum(x) as a", "avg(x) as b", "sum(y) as c", "avg(y) as d", "stddev(x) as e", "stddev_pop(y + 1) as f"}, Limit: 1})
		got := ""
		for _, v := range rows[0] {
			got += v.String() + " "
		}
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("%s and then %s", first, got)
		}
		if diff := rows[0][0].F - want; diff > 1e-9 || diff < -1e-9 {
			t.Fatalf("the sum is %v, exactly %v", rows[0][0].F, want)
		}
	}
	// A total beyond the profile's ends, and values too large to be exact.
	for _, ends := range []string{"1e25", "1e200"} {
		columns[0].Profile.Max = ends
		if rows := bindRun(t, e, query.Request{Select: []string{"sum(x)"}, Limit: 1}); rows[0][0].F < want-1e-6 || rows[0][0].F > want+1e-6 {
			t.Errorf("with a greatest value of %s the sum is %s", ends, rows[0][0])
		}
	}
}
