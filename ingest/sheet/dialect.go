package sheet

import (
	"bytes"
	"fmt"
)

// dialect is how a text file separates its fields.
type dialect struct {
	delimiter byte
	declared  int // bytes of a first line "sep=;", its line end included
	why       string
}

// delimiters that are tried; the first wins a draw.
var delimiters = []byte{',', ';', '\t', '|'}

const (
	sampleBytes = 128 << 10
	sampleField = 16 << 10 // a quote that is open for longer is none
)

// findDialect looks at the head of a text. whole says that nothing follows it.
func findDialect(head []byte, whole bool) dialect {
	if d, ok := declaredDialect(head); ok {
		return d
	}
	if len(head) > sampleBytes {
		head, whole = head[:sampleBytes], false
	}
	best, bestScore := dialect{delimiter: ',', why: "no delimiter found, read as one column"}, 0.0
	for _, d := range delimiters {
		s := sample{delimiter: d, widths: map[int]int{}}
		if _, err := newCSVScanner(d, sampleField, &s).scan(head, whole); err != nil && len(s.widths) == 0 {
			continue
		}
		if score, why := s.score(); score > bestScore {
			best, bestScore = dialect{delimiter: d, why: why}, score
		}
	}
	return best
}

// declaredDialect reads the line "sep=;" that Excel writes and obeys.
func declaredDialect(head []byte) (dialect, bool) {
	if len(head) < 6 || !bytes.EqualFold(head[:4], []byte("sep=")) {
		return dialect{}, false
	}
	end := 5
	if head[end] == '\r' && len(head) > end+1 && head[end+1] == '\n' {
		end++
	} else if head[end] != '\n' && head[end] != '\r' {
		return dialect{}, false
	}
	if c := head[4]; c < 0x80 && c != '"' && c != '\r' && c != '\n' {
		return dialect{delimiter: c, declared: end + 1, why: fmt.Sprintf("delimiter %s: the first line declares it", delimiterName(c))}, true
	}
	return dialect{}, false
}

// delimiterName is how a delimiter is shown to a reader.
func delimiterName(c byte) string {
	if c == '\t' {
		return "tab"
	}
	return fmt.Sprintf("%q", string(c))
}

// sample gathers how a delimiter divides the head of a text.
type sample struct {
	delimiter     byte
	widths        map[int]int
	fields, clean int
}

func (s *sample) field(_, _ int, v []byte, form fieldForm) error {
	if len(v) == 0 {
		return nil
	}
	s.fields++
	if form != formStrayQuote && form != formOpenQuote && s.cleanField(v) {
		s.clean++
	}
	return nil
}

func (s *sample) line(_, width int) error {
	if width > 0 {
		s.widths[width]++
	}
	return nil
}

// cleanField reports a field that no other delimiter would divide; commas in
// numbers do not count.
func (s *sample) cleanField(v []byte) bool {
	for _, d := range delimiters {
		if d == s.delimiter || bytes.IndexByte(v, d) < 0 {
			continue
		}
		if d != ',' || len(bytes.Trim(v, "0123456789.,+-% ")) > 0 {
			return false
		}
	}
	return true
}

// score says how well the delimiter fits: rows of one width, fields that hold
// no other delimiter.
func (s *sample) score() (float64, string) {
	rows, split, usual := 0, 0, 0
	for width, n := range s.widths {
		rows += n
		if width < 2 {
			continue
		}
		split += n
		if usual == 0 || n > s.widths[usual] || n == s.widths[usual] && width > usual {
			usual = width
		}
	}
	if split == 0 {
		return 0, ""
	}
	same := float64(s.widths[usual]) / float64(split)
	covered := float64(split) / float64(rows)
	clean := float64(s.clean+1) / float64(s.fields+1)
	why := fmt.Sprintf("delimiter %s: %d of %d sampled rows have %d fields", delimiterName(s.delimiter), s.widths[usual], rows, usual)
	return same * (0.3 + 0.7*covered) * (0.2 + 0.8*clean) * (1 - 0.2/float64(usual)), why
}
