package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

func formed(t rapid.TB, f export.Form, cols []catalog.Column, rows [][]catalog.Value) string {
	t.Helper()
	var b bytes.Buffer
	if err := export.Write(context.Background(), &b, f, &fixed{columns: cols, rows: rows}, export.Meta{Columns: cols}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestForms writes the same two rows as different people wish for them.
func TestForms(t *testing.T) {
	cols := []catalog.Column{
		{Name: "ming", Label: "名称", SourceLabel: "名 称*", Type: catalog.TypeText, SQLType: "VARCHAR"},
		{Name: "n", Label: "数; 量", Type: catalog.TypeInteger, SQLType: "BIGINT"},
	}
	rows := [][]catalog.Value{
		{text("=1+1"), {Kind: catalog.IntValue, I: -5}},
		{text("a,\tb"), {}},
		{text("@x;\"y\""), {Kind: catalog.IntValue, I: 7}},
	}
	for _, c := range []struct {
		form export.Form
		want string
	}{
		{export.Form{Format: export.CSV}, "ming,n\n=1+1,-5\n\"a,\tb\",\n\"@x;\"\"y\"\"\",7\n"},
		{export.Form{Format: export.CSV, Labels: true}, "名 称*,数; 量\n=1+1,-5\n\"a,\tb\",\n\"@x;\"\"y\"\"\",7\n"},
		{export.Form{Format: export.CSV, Delimiter: ';'}, "ming;n\n=1+1;-5\na,\tb;\n\"@x;\"\"y\"\"\";7\n"},
		{export.Form{Format: export.CSV, Delimiter: ';', Labels: true}, "名 称*;\"数; 量\"\n=1+1;-5\na,\tb;\n\"@x;\"\"y\"\"\";7\n"},
		{export.Form{Format: export.TSV}, "ming\tn\n=1+1\t-5\n\"a,\tb\"\t\n\"@x;\"\"y\"\"\"\t7\n"},
		{export.ForExcel(), "\ufeff名 称*,数; 量\n'=1+1,-5\n\"a,\tb\",\n\"'@x;\"\"y\"\"\",7\n"},
	} {
		if err := c.form.Check(); err != nil {
			t.Errorf("%+v: %v", c.form, err)
		}
		if got := formed(t, c.form, cols, rows); got != c.want {
			t.Errorf("%+v:\n%q, want\n%q", c.form, got, c.want)
		}
	}
}

func TestFormsThatAFormatHasNot(t *testing.T) {
	for field, f := range map[string]export.Form{
		"labels":    {Format: export.JSON, Labels: true},
		"bom":       {Format: export.Parquet, BOM: true},
		"excel":     {Format: export.XLSX, Guarded: true},
		"delimiter": {Format: export.TSV, Delimiter: ';'},
	} {
		told := &catalog.Error{}
		if err := f.Check(); !errors.As(err, &told) || told.Kind != catalog.Invalid || told.Field != field || told.Fix == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := export.ParseDelimiter("::"); catalog.KindOf(err) != catalog.Invalid {
		t.Error(err)
	}
}

// TestExcelFormReadsBack: whatever the text, nothing begins like a formula and
// the apostrophe is all that was added.
func TestExcelFormReadsBack(t *testing.T) {
	cols := []catalog.Column{{Name: "a", Label: "a", Type: catalog.TypeText, SQLType: "VARCHAR"}, {Name: "b", Label: "b", Type: catalog.TypeText, SQLType: "VARCHAR"}}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.ReplaceAll(anyText().Draw(t, "text"), "\r\n", "\n")
		data := formed(t, export.ForExcel(), cols, [][]catalog.Value{{text(s), text("x")}})
		got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(data, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		field := got[1][0]
		if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
			t.Fatalf("%q begins like a formula", field)
		}
		if field != s && field != "'"+s {
			t.Fatalf("%q came back as %q", s, field)
		}
	})
}

func pointColumns(crs string) []catalog.Column {
	return []catalog.Column{
		{Name: "x", Label: "经度", Type: catalog.TypeDecimal, SQLType: "DECIMAL(18,6)", Kind: catalog.KindLongitude, CRS: crs},
		{Name: "name", Label: "名称", Type: catalog.TypeText, SQLType: "VARCHAR"},
		{Name: "y", Label: "纬度", Type: catalog.TypeDecimal, SQLType: "DECIMAL(18,6)", Kind: catalog.KindLatitude, CRS: crs},
	}
}

func TestGeoJSON(t *testing.T) {
	at := func(i int64) catalog.Value { return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: 6} }
	rows := [][]catalog.Value{{at(113500001), text("云\"湖"), at(22100000)}, {{}, text("b"), at(1)}}
	var got struct {
		Type     string
		Note     string `json:"coordinates_note"`
		Features []struct {
			Type     string
			Geometry *struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	for _, crs := range []string{catalog.WGS84, ""} {
		got.Note, got.Features = "", nil
		if err := json.Unmarshal([]byte(formed(t, export.Form{Format: export.GeoJSON}, pointColumns(crs), rows)), &got); err != nil {
			t.Fatal(err)
		}
		f := got.Features
		if got.Type != "FeatureCollection" || len(f) != 2 || f[0].Type != "Feature" || f[0].Geometry.Type != "Point" || f[0].Geometry.Coordinates[0] != 113.500001 ||
			f[0].Geometry.Coordinates[1] != 22.1 || f[0].Properties["name"] != "云\"湖" || len(f[0].Properties) != 1 || f[1].Geometry != nil {
			t.Errorf("%+v", got)
		}
		if (got.Note == "") != (crs != "") {
			t.Errorf("%q: note %q", crs, got.Note)
		}
	}
	if err := json.Unmarshal([]byte(formed(t, export.Form{Format: export.GeoJSON}, pointColumns(""), nil)), &got); err != nil || len(got.Features) != 0 {
		t.Errorf("%v %v", got.Features, err)
	}
	for _, cols := range [][]catalog.Column{pointColumns(catalog.GCJ02), pointColumns(catalog.BD09), pointColumns("")[:2], nil} {
		err := export.Write(context.Background(), &bytes.Buffer{}, export.Form{Format: export.GeoJSON}, &fixed{columns: cols}, export.Meta{})
		if catalog.KindOf(err) != catalog.Unsupported {
			t.Errorf("%d columns: %v", len(cols), err)
		}
	}
}

// TestArrowReadsBack compares every value with what Arrow's own reader gives.
func TestArrowReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		r, err := ipc.NewReader(strings.NewReader(formed(t, export.Form{Format: export.Arrow}, columns, rows)))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Release()
		n := 0
		for r.Next() {
			batch := r.RecordBatch()
			for i := range int(batch.NumRows()) {
				for j, c := range columns {
					if got, want := arrowText(batch.Column(j), i), rows[n][j]; got != want.String() || batch.Column(j).IsNull(i) != want.IsNull() {
						t.Fatalf("row %d %s: %q, want %s", n, c.Name, got, show(want))
					}
				}
				n++
			}
		}
		if r.Err() != nil || n != len(rows) {
			t.Fatalf("%d rows of %d: %v", n, len(rows), r.Err())
		}
		if label, ok := r.Schema().Field(0).Metadata.GetValue("label"); !ok || label != columns[0].Label {
			t.Fatalf("label %q", label)
		}
	})
}

// arrowText gives the canonical text of a value of an Arrow column.
func arrowText(a arrow.Array, i int) string {
	v := catalog.Value{Kind: catalog.Null}
	if a.IsNull(i) {
		return ""
	}
	switch a := a.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Int64:
		v = catalog.Value{Kind: catalog.IntValue, I: a.Value(i)}
	case *array.Float64:
		v = catalog.Value{Kind: catalog.FloatValue, F: a.Value(i)}
	case *array.Boolean:
		v.Kind = catalog.BoolValue
		if a.Value(i) {
			v.I = 1
		}
	case *array.Date32:
		v = catalog.Value{Kind: catalog.DateValue, I: int64(a.Value(i))}
	case *array.Timestamp:
		v = catalog.Value{Kind: catalog.DatetimeValue, I: int64(a.Value(i))}
	case *array.Time64:
		v = catalog.Value{Kind: catalog.TimeValue, I: int64(a.Value(i))}
	case *array.Decimal128:
		t := a.DataType().(*arrow.Decimal128Type)
		return a.Value(i).ToString(t.Scale)
	}
	return v.String()
}
