package sheet

import "bytes"

// fieldSink takes what a csvScanner finds.
type fieldSink interface {
	// field is told of every field, also an empty one; v is valid during the
	// call. Columns and rows count from 1.
	field(row, col int, v []byte, form fieldForm) error
	// line ends a row; width is its number of fields, 0 for a blank line.
	line(row, width int) error
}

// fieldForm says how a field was written.
type fieldForm uint8

const (
	formPlain      fieldForm = iota
	formExcelText            // ="001": text, whatever it looks like
	formStrayQuote           // with a quote where none may be
	formOpenQuote            // began with a quote that is never closed
)

// csvScanner splits delimited text after RFC 4180 and forgives what is met in
// the wild: line ends of any kind, quotes inside of fields, quotes that are
// never closed. Blank lines count as rows.
type csvScanner struct {
	delimiter byte
	limit     int // bytes that a field may have
	sink      fieldSink
	stops     [256]bool // bytes that end a field

	row, col int  // of the field to come
	open     bool // a row has begun: its last field ended with a delimiter
	scratch  []byte
}

func newCSVScanner(delimiter byte, limit int, sink fieldSink) *csvScanner {
	s := &csvScanner{delimiter: delimiter, limit: limit, sink: sink, row: 1, col: 1}
	s.stops[delimiter], s.stops['\n'], s.stops['\r'] = true, true, true
	return s
}

// scan takes whole fields from b and gives how many bytes it used. With final
// nothing follows b and all of it is used.
func (s *csvScanner) scan(b []byte, final bool) (int, error) {
	for p := 0; p < len(b); {
		v, end, form := s.next(b, p, final)
		if end == more || end >= len(b)-1 && !final {
			return p, nil // a line end may be cut in two
		}
		if len(v) > s.limit {
			return p, tooLarge("cell-bytes", int64(len(v)), int64(s.limit)).at(s.row, s.col)
		}
		if end == len(b) && s.col == 1 && len(v) == 1 && v[0] == 0x1A {
			return len(b), nil // the end-of-file mark of DOS
		}
		if err := s.sink.field(s.row, s.col, v, form); err != nil {
			return p, err
		}
		if end < len(b) && b[end] == s.delimiter {
			s.col++
			s.open = true
			p = end + 1
			continue
		}
		width := s.col
		if width == 1 && end == p {
			width = 0
		}
		if err := s.endLine(width); err != nil {
			return p, err
		}
		p = end + 1
		if end+1 < len(b) && b[end] == '\r' && b[end+1] == '\n' {
			p++
		}
	}
	if final && s.open { // the last line ends with a delimiter
		if err := s.sink.field(s.row, s.col, nil, formPlain); err != nil {
			return len(b), err
		}
		return len(b), s.endLine(s.col)
	}
	return len(b), nil
}

func (s *csvScanner) endLine(width int) error {
	row := s.row
	s.row, s.col, s.open = row+1, 1, false
	return s.sink.line(row, width)
}

// next reads the field at p: its value and the place of what ends it, or more.
func (s *csvScanner) next(b []byte, p int, final bool) (v []byte, end int, form fieldForm) {
	switch b[p] {
	case '"':
		return s.quoted(b, p, p, final)
	case '=':
		if v, end := s.excelText(b, p, final); end != 0 {
			return v, end, formExcelText
		}
	case ' ':
		if q := s.spaces(b, p); q == len(b) && !final {
			return nil, more, 0
		} else if q < len(b) && b[q] == '"' {
			return s.quoted(b, p, q, final)
		}
	}
	return s.plain(b, p, p, final, formPlain)
}

// plain reads on from q to the end of a field without quotes.
func (s *csvScanner) plain(b []byte, p, q int, final bool, form fieldForm) ([]byte, int, fieldForm) {
	for q < len(b) && !s.stops[b[q]] {
		q++
	}
	if q == len(b) && !final {
		return nil, more, 0
	}
	return b[p:q], q, form
}

func (s *csvScanner) spaces(b []byte, p int) int {
	for p < len(b) && b[p] == ' ' {
		p++
	}
	return p
}

// excelText reads ="..." up to the end of the field; 0 is none.
func (s *csvScanner) excelText(b []byte, p int, final bool) ([]byte, int) {
	q := p
	for q < len(b) && !s.stops[b[q]] {
		q++
	}
	if q == len(b) && !final {
		return nil, more
	}
	if f := b[p:q]; len(f) >= 3 && f[1] == '"' && f[len(f)-1] == '"' && bytes.IndexByte(f[2:len(f)-1], '"') < 0 {
		return f[2 : len(f)-1], q
	}
	return nil, 0
}

// quoted reads a field that begins at p with a quote at q.
func (s *csvScanner) quoted(b []byte, p, q int, final bool) ([]byte, int, fieldForm) {
	start, form := q+1, formPlain
	pairs, inner := false, 0 // inner: quotes before it belong to the text
	for at := start; ; {
		i := bytes.IndexByte(b[min(at, len(b)):], '"')
		if i < 0 {
			if !final && len(b)-p <= s.limit {
				return nil, more, 0
			}
			return s.plain(b, p, q+1, final, formOpenQuote)
		}
		j := at + i
		if j+1 >= len(b) && !final {
			return nil, more, 0
		}
		if j+1 < len(b) && b[j+1] == '"' {
			pairs, at = true, j+2
			continue
		}
		end := s.spaces(b, j+1)
		if end == len(b) && !final {
			return nil, more, 0
		}
		if end == len(b) || s.stops[b[end]] {
			return s.unquote(b[start:j], pairs), end, form
		}
		if j > start && j >= inner && s.stops[b[j-1]] {
			// It opens a field: so the one before was never meant as a quote.
			return s.plain(b, p, q+1, final, formOpenQuote)
		}
		form = formStrayQuote
		if j >= inner {
			if inner = s.stray(b, j, final); inner == more {
				return nil, more, 0
			}
		}
		if j >= inner { // the field went on behind its closing quote
			return s.trailing(b, p, start, j, final)
		}
		at = j + 1
	}
}

// stray looks on the same line for the quote that closes the field. It gives
// its place, else 0.
func (s *csvScanner) stray(b []byte, j int, final bool) int {
	for k := j + 1; k < len(b); k++ {
		switch b[k] {
		case '\n', '\r':
			return 0
		case '"':
			if k+1 == len(b) {
				if final {
					return k
				}
				return more
			}
			if s.stops[b[k+1]] {
				return k
			}
			if b[k-1] == s.delimiter {
				return 0
			}
		}
	}
	if !final && len(b)-j <= s.limit {
		return more
	}
	return 0
}

// trailing reads a field with text behind its closing quote at j: as written
// where it is on one line, else without its quotes.
func (s *csvScanner) trailing(b []byte, p, start, j int, final bool) ([]byte, int, fieldForm) {
	rest, end, form := s.plain(b, j+1, j+1, final, formStrayQuote)
	if end == more || bytes.IndexByte(b[start:j], '\n') < 0 && bytes.IndexByte(b[start:j], '\r') < 0 {
		return b[p:max(end, p)], end, form
	}
	s.scratch = append(append(s.scratch[:0], b[start:j]...), rest...)
	return s.scratch, end, form
}

// unquote makes pairs of quotes one.
func (s *csvScanner) unquote(v []byte, pairs bool) []byte {
	if !pairs {
		return v
	}
	s.scratch = s.scratch[:0]
	for {
		i := bytes.Index(v, []byte(`""`))
		if i < 0 {
			s.scratch = append(s.scratch, v...)
			return s.scratch
		}
		s.scratch = append(s.scratch, v[:i+1]...)
		v = v[i+2:]
	}
}
