package export

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// How much goes into one record batch of an Arrow stream: rows, and bytes of
// text, whichever comes first.
const (
	batchRows  = 8192
	batchBytes = 1 << 20
)

// writeArrow writes an Arrow IPC stream (Arrow columnar format 1.5, "IPC
// Streaming Format"): the types of the table, and label, unit and description
// as metadata of the fields.
func writeArrow(ctx context.Context, w io.Writer, rows query.Rows, meta Meta) error {
	schema, err := arrowSchema(rows.Columns(), meta)
	if err != nil {
		return err
	}
	row, ok := rows.Next()
	if !ok {
		if err := rows.Err(); err != nil {
			return err
		}
	}
	out := ipc.NewWriter(w, ipc.WithSchema(schema))
	b := array.NewRecordBuilder(memory.NewGoAllocator(), schema)
	defer b.Release()
	n, bytes := 0, 0
	flush := func() error {
		batch := b.NewRecordBatch()
		defer batch.Release()
		n, bytes = 0, 0
		return out.Write(batch)
	}
	for ; ok; row, ok = rows.Next() {
		for i := range row {
			if err := appendArrow(b.Field(i), &row[i]); err != nil {
				return fmt.Errorf("column %s: %w", schema.Field(i).Name, err)
			}
			bytes += len(row[i].S)
		}
		if n++; n < batchRows && bytes < batchBytes {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := flush(); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if n > 0 {
		if err := flush(); err != nil {
			return err
		}
	}
	return out.Close()
}

func arrowSchema(columns []catalog.Column, meta Meta) (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(columns))
	words := described(columns, meta.Columns)
	for i := range columns {
		c := &words[i]
		kind, err := arrowType(columns[i].SQLType)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		about := map[string]string{"label": c.Label}
		for key, text := range map[string]string{"unit": c.Unit, "description": c.Description.In(catalog.ZH)} {
			if text != "" {
				about[key] = text
			}
		}
		fields[i] = arrow.Field{Name: columns[i].Name, Type: kind, Nullable: true, Metadata: arrow.MetadataFrom(about)}
	}
	about := arrow.MetadataFrom(map[string]string{"dataset": meta.Dataset, "version": fmt.Sprint(meta.Version), "table": meta.Table, "title": meta.Title, "licence": meta.Licence})
	return arrow.NewSchema(fields, &about), nil
}

func arrowType(sql string) (arrow.DataType, error) {
	switch sql {
	case "VARCHAR":
		return arrow.BinaryTypes.String, nil
	case "BIGINT":
		return arrow.PrimitiveTypes.Int64, nil
	case "DOUBLE":
		return arrow.PrimitiveTypes.Float64, nil
	case "BOOLEAN":
		return arrow.FixedWidthTypes.Boolean, nil
	case "DATE":
		return arrow.FixedWidthTypes.Date32, nil
	case "TIMESTAMP":
		return &arrow.TimestampType{Unit: arrow.Microsecond}, nil
	case "TIME":
		return arrow.FixedWidthTypes.Time64us, nil
	}
	var digits, scale int32
	if _, err := fmt.Sscanf(sql, "DECIMAL(%d,%d)", &digits, &scale); err != nil {
		return nil, fmt.Errorf("no Arrow type for %q", sql)
	}
	return &arrow.Decimal128Type{Precision: digits, Scale: scale}, nil
}

// appendArrow adds a value to the column's builder.
func appendArrow(b array.Builder, v *catalog.Value) error {
	if v.IsNull() {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		if v.Kind == catalog.TextValue {
			b.Append(v.S)
		} else {
			b.Append(v.String())
		}
	case *array.Int64Builder:
		b.Append(v.I)
	case *array.Float64Builder:
		b.Append(v.F)
	case *array.BooleanBuilder:
		b.Append(v.I != 0)
	case *array.Date32Builder:
		b.Append(arrow.Date32(v.I))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.I))
	case *array.Time64Builder:
		b.Append(arrow.Time64(v.I))
	case *array.Decimal128Builder:
		n, err := decimalOf(v, b.Type().(*arrow.Decimal128Type))
		if err != nil {
			return err
		}
		b.Append(n)
	}
	return nil
}

func decimalOf(v *catalog.Value, t *arrow.Decimal128Type) (decimal128.Num, error) {
	if v.S == "" && int32(v.Scale) == t.Scale {
		return decimal128.FromI64(v.I), nil
	}
	return decimal128.FromString(v.String(), t.Precision, t.Scale)
}
