package wire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/wire"
)

// anyValue draws a value as the engine gives them.
func anyValue(t *rapid.T) catalog.Value {
	i := rapid.Int64().Draw(t, "i")
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return catalog.Value{}
	case 1:
		return catalog.Value{Kind: catalog.TextValue, S: rapid.String().Draw(t, "s")}
	case 2:
		return catalog.Value{Kind: catalog.IntValue, I: i}
	case 3:
		return catalog.Value{Kind: catalog.IntValue, S: "123456789012345678901234567890"}
	case 4:
		return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: uint8(rapid.IntRange(1, 38).Draw(t, "scale"))}
	case 5:
		return catalog.Value{Kind: catalog.DecimalValue, S: "-12345678901234567890.5", Scale: 1}
	case 6:
		return catalog.Value{Kind: catalog.FloatValue, F: rapid.Float64().Draw(t, "f")}
	case 7:
		return catalog.Value{Kind: catalog.BoolValue, I: i & 1}
	case 8:
		return catalog.Value{Kind: catalog.DateValue, I: int64(int32(i))}
	default:
		return catalog.Value{Kind: catalog.DatetimeValue, I: i}
	}
}

// TestRows: what goes in comes out, row after row.
func TestRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 6).Draw(t, "width")
		var rows [][]catalog.Value
		var data []byte
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			row := make([]catalog.Value, width)
			for i := range row {
				row[i] = anyValue(t)
			}
			rows = append(rows, row)
			data = wire.AppendRow(data, row)
		}
		got := make([]catalog.Value, width)
		for _, want := range rows {
			var err error
			if data, err = wire.ReadRow(data, got); err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if got[i] != want[i] && want[i].F == want[i].F {
					t.Fatalf("%+v became %+v", want[i], got[i])
				}
			}
		}
		if len(data) != 0 {
			t.Fatalf("%d bytes are left", len(data))
		}
	})
}

// TestBadRows: what a broken worker could send is an error, never a value that
// cannot be written.
func TestBadRows(t *testing.T) {
	text := func(kind byte, s string, more ...byte) []byte {
		return append(binary.AppendUvarint(append([]byte{kind}, more...), uint64(len(s))), s...)
	}
	for name, data := range map[string][]byte{
		"nothing":          {},
		"unknown kind":     {99},
		"null, but wide":   {0x80},
		"short text":       {byte(catalog.TextValue), 10, 'x'},
		"endless length":   append([]byte{byte(catalog.TextValue)}, bytes.Repeat([]byte{0xff}, 11)...),
		"short float":      {byte(catalog.FloatValue), 1, 2},
		"a wide date":      text(byte(catalog.DateValue)|0x80, "1", 0),
		"a number of text": text(byte(catalog.IntValue)|0x80, `1"}`, 0),
		"too many digits":  text(byte(catalog.IntValue)|0x80, strings.Repeat("1", 50), 0),
		"scale 39":         {byte(catalog.DecimalValue), 39, 2},
		"true, thrice":     {byte(catalog.BoolValue), 0, 6},
		"before midnight":  {byte(catalog.TimeValue), 0, 1},
	} {
		if _, err := wire.ReadRow(data, make([]catalog.Value, 1)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	want := []wire.Name{{Table: "数据", Dataset: "数据", Pos: 3}}
	if err := errors.Join(wire.Send(&b, wire.Wants, want), wire.Send(&b, wire.Refused, wire.Refusal{Message: "no"}), wire.Send(&b, wire.Ready, 1)); err != nil {
		t.Fatal(err)
	}
	var got []wire.Name
	if err := wire.Expect(&b, wire.Wants, &got); err != nil || len(got) != 1 || got[0] != want[0] {
		t.Errorf("%+v %v", got, err)
	}
	var no *wire.Refusal
	if err := wire.Expect(&b, wire.Wants, &got); !errors.As(err, &no) || no.Message != "no" {
		t.Errorf("a refusal came as %v", err)
	}
	if err := wire.Expect(&b, wire.Wants, &got); err == nil {
		t.Error("a frame of another kind is taken")
	}
	if _, _, err := wire.Read(&b); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
	// A length is believed only as far as bytes come.
	for _, head := range [][]byte{{'r', 0xff, 0xff, 0xff, 0xff}, {'r', 3, 0xff, 0xff, 0xff, 'x'}, {'r', 0}} {
		if _, _, err := wire.Read(bytes.NewReader(head)); err == nil {
			t.Errorf("%x is taken", head)
		}
	}
}

// TestCost: a row never takes more JSON than it is counted for.
func TestCost(t *testing.T) {
	row := []catalog.Value{{Kind: catalog.TextValue, S: "a\"\x01名"}, {Kind: catalog.IntValue, I: -1 << 62}}
	if got := wire.Cost(10, row); got < 10+int64(len(`"a\"\u0001名",-4611686018427387904`)) {
		t.Errorf("cost %d", got)
	}
}

func FuzzReadRow(f *testing.F) {
	f.Add(wire.AppendRow(nil, []catalog.Value{{Kind: catalog.TextValue, S: "x"}, {Kind: catalog.IntValue, I: 5}}), uint8(2))
	f.Add([]byte{0x82, 1, 2, '1', '2'}, uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, width uint8) {
		row := make([]catalog.Value, width)
		rest, err := wire.ReadRow(data, row)
		if err != nil {
			return
		}
		again := make([]catalog.Value, width)
		if _, err := wire.ReadRow(wire.AppendRow(nil, row), again); err != nil {
			t.Fatalf("%+v: %v", row, err)
		}
		if len(rest) > len(data) {
			t.Fatal("more is left than there was")
		}
		for i := range row {
			_ = row[i].String()
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("r\x00\x00\x00\x01x"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		r := bytes.NewReader(data)
		for {
			kind, payload, err := wire.Read(r)
			if err != nil {
				return
			}
			var into []wire.Column
			_ = wire.Decode(kind, payload, wire.Head, &into)
		}
	})
}
