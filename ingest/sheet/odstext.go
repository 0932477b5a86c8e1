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
	return o.note != nil || o.meta != nil || o.c.inText && !o.dropped || o.styles.inside && o.styles.wants
}

// chars takes text. The standard makes one space of any white space and none
// at the begin of a paragraph; but LibreOffice writes and reads spaces as they
// are. So that counts for line ends only, which it never writes: they come from
// programs that lay out the XML.
func (o *odsReading) chars(text []byte) error {
	switch {
	case o.note != nil:
		o.note.chars(text)
		return nil
	case o.meta != nil:
		o.meta.chars(text)
		return nil
	case o.styles.inside:
		o.styles.chars(text)
		return nil
	}
	c := &o.c
	for len(text) > 0 {
		n := 0
		for n < len(text) && (text[n] == ' ' || text[n] == '\t' || text[n] == '\n' || text[n] == '\r') {
			n++
		}
		switch white := text[:n]; {
		case n == 0:
			if n = bytes.IndexAny(text, " \t\n\r"); n < 0 {
				n = len(text)
			}
			c.text = append(c.text, text[:n]...)
			c.blank = false
		case bytes.IndexByte(white, '\n') < 0:
			c.text = append(c.text, white...)
			c.blank = false
		case !c.blank:
			c.text = append(c.text, ' ')
			c.blank = true
		}
		text = text[n:]
	}
	return o.checkText()
}

// endParagraph takes back the space that a line end left at its end.
func (c *odsCell) endParagraph() {
	c.inText = false
	if n := len(c.text); c.blank && n > 0 && c.text[n-1] == ' ' {
		c.text = c.text[:n-1]
	}
}

func (o *odsReading) checkText() error {
	if n, most := len(o.c.text), o.opt.Limits.CellBytes; n > most {
		return tooLarge("cell-bytes", int64(n), int64(most)).at(min(o.row, 1<<30), min(o.col+1, 1<<20))
	}
	return nil
}
