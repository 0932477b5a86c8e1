package sheet

import "bytes"

// cellElement begins a paragraph of a cell, or what holds some.
func (o *odsReading) cellElement(name []byte) bool {
	switch string(name) {
	case "text:p", "text:h":
		c := &o.c
		if c.paragraphs > 0 {
			c.text = append(c.text, '\n')
		}
		c.paragraphs++
		c.inText, c.blank = true, true
		return true
	case "text:list", "text:list-item", "text:section":
		return true
	}
	return false
}

// textElement takes an element inside a paragraph. Fields show their text;
// footnotes, phonetic text, comments and pictures are no text of the cell.
func (o *odsReading) textElement(name []byte, m markup) (bool, error) {
	c := &o.c
	switch string(name) {
	case "text:s":
		n := 1
		o.e.each(m, func(name, value []byte) {
			if string(name) == "text:c" {
				n = repeats(value)
			}
		})
		n = min(n, o.opt.Limits.CellBytes+1)
		c.text = append(c.text, bytes.Repeat([]byte{' '}, n)...)
	case "text:tab":
		c.text = append(c.text, '\t')
	case "text:line-break":
		c.text = append(c.text, '\n')
	case "text:p", "text:h", "text:note", "text:ruby-text", "text:change", "text:tracked-changes":
		return false, nil
	default:
		return bytes.HasPrefix(name, []byte("text:")), nil
	}
	c.blank = false
	return true, o.checkText()
}

// wants tells that only the text of paragraphs is wanted, and of number styles.
func (o *odsReading) wants() bool {
	return o.c.inText && !o.dropped || o.styles.inside && o.styles.wants
}

// chars takes text. Runs of white space are one space, none at the begin of a
// paragraph: more of it is written with elements.
func (o *odsReading) chars(text []byte) error {
	if o.styles.inside {
		o.styles.chars(text)
		return nil
	}
	c := &o.c
	for _, b := range text {
		if b == ' ' || b == '\t' || b == '\n' || b == '\r' {
			if !c.blank {
				c.text = append(c.text, ' ')
			}
			c.blank = true
			continue
		}
		c.text = append(c.text, b)
		c.blank = false
	}
	return o.checkText()
}

func (o *odsReading) checkText() error {
	if n, most := len(o.c.text), o.opt.Limits.CellBytes; n > most {
		return tooLarge("cell-bytes", int64(n), int64(most)).at(min(o.row, 1<<30), min(o.col+1, 1<<20))
	}
	return nil
}
