package catalog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"gongkai/catalog"
)

// FuzzReadRecipe wants every recipe and Table Schema that is taken to come back
// the same from its own JSON, and everything else to be the sender's fault.
func FuzzReadRecipe(f *testing.F) {
	f.Add([]byte(`{"tables":[{"name":"a","header_rows":[3,4],"columns":[{"source":"床位","name":"b","fill_down":false,"constraints":{"enum":["x"]}}]}]}`))
	f.Add([]byte(`{"tables":[{"name":"a","unpivot":{"columns":["####年"],"heading":"y","value":"v"},"columns":[{"name":"b","description":{"zh":"","en":"x"}}]}]}`))
	f.Add([]byte(`{"fields":[{"name":"b","title":"床位","constraints":{"minimum":1.50,"enum":["a",2]}}],"primaryKey":"b","missingValues":["","-"]}`))
	f.Add([]byte(`{"tables":[{"name":"a","columns":null}],"outside":{"action":"publish","basis":"x"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		sendersFault := func(err error) {
			var e *catalog.Error
			if !errors.As(err, &e) || e.Kind != catalog.Invalid && e.Kind != catalog.TooLarge || e.Fix == "" {
				t.Errorf("%v", err)
			}
		}
		if r, err := catalog.ReadRecipe(bytes.NewReader(text)); err != nil {
			sendersFault(err)
		} else {
			once := encoded(t, r)
			again, err := catalog.ReadRecipe(bytes.NewReader(once))
			if err != nil {
				t.Fatalf("%v\n%s", err, once)
			}
			if twice := encoded(t, again); !bytes.Equal(once, twice) {
				t.Errorf("%s became %s", once, twice)
			}
		}
		s, err := catalog.ReadTableSchema(bytes.NewReader(text))
		if err != nil {
			sendersFault(err)
			return
		}
		table := catalog.RecipeTable{Name: "a", Columns: []catalog.RecipeColumn{{Name: "b", Source: "床位", Type: catalog.TypeDecimal}, {Name: "c", Type: catalog.TypePeriod}}}
		if err := s.Apply(&table); err != nil {
			sendersFault(err)
		}
	})
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
