package sheet

import (
	"errors"
	"strconv"
	"strings"
)

// Comment is a remark that somebody left at a cell.
type Comment struct {
	Sheet    string
	Row, Col int // from 1
	Author   string
	Text     string
}

// Property is what a file says about itself. Those that programs set have the
// names title, subject, author, keywords, description, category, last modified
// by, company and manager, whatever the format; others the names of their writer.
type Property struct{ Name, Value string }

// remarks are the comments and properties of a file. Those of a zip's files
// are gathered together, so that their bounds hold for the whole.
type remarks struct {
	comments   []Comment
	properties []Property
	bytes      int64
	full       bool // a bound was reached, and told
}

// comment takes a comment; one without text and author is none.
func (rd *reading) comment(c Comment) {
	c.Author, c.Text = remarkText(c.Author), remarkText(c.Text)
	if c.Author == "" && c.Text == "" {
		return
	}
	if rd.remarkable(len(rd.remarks.comments), len(c.Author)+len(c.Text)) {
		rd.remarks.comments = append(rd.remarks.comments, c)
	}
}

// property takes a property; one without value is none.
func (rd *reading) property(name, value string) {
	name, value = remarkText(name), remarkText(value)
	if value != "" && rd.remarkable(len(rd.remarks.properties), len(name)+len(value)) {
		rd.remarks.properties = append(rd.remarks.properties, Property{name, value})
	}
}

func remarkText(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")) }

// remarkable reports whether one more remark of so many bytes is kept. Nothing
// is kept behind the first that is not, so that what is missing can be told.
func (rd *reading) remarkable(number, bytes int) bool {
	m, l := rd.remarks, rd.opt.Limits
	if m.full {
		return false
	}
	m.bytes += int64(bytes)
	switch {
	case number >= l.Comments:
		rd.unread("", "more than "+strconv.Itoa(l.Comments))
	case m.bytes > l.CommentBytes:
		rd.unread("", "more than "+strconv.FormatInt(l.CommentBytes, 10)+" bytes")
	default:
		return true
	}
	m.full = true
	return false
}

// unread tells that comments or properties are missing.
func (rd *reading) unread(entry, reason string) {
	rd.problems.group(problemKey{CommentsUnread, "", entry}, []string{"entry", entry, "reason", reason})
}

// unreadable judges an error of a part that holds remarks: damage does not
// keep the cells from being read, anything else does.
func (rd *reading) unreadable(err error) error {
	var r *Rejected
	if errors.As(err, &r) && r.Code == FileDamaged {
		rd.unread(r.Args["entry"], r.Args["reason"])
		return nil
	}
	return err
}

// hand gives the remarks that were gathered so far to a workbook.
func (m *remarks) hand(wb *Workbook) { wb.Comments, wb.Properties = m.comments, m.properties }

// officeProperty gives the name of a property that an element of Office's own
// formats holds, "" where it is none that people write.
func officeProperty(element string) string {
	switch element {
	case "title", "subject", "keywords", "description", "category", "company", "manager", "author":
		return element
	case "creator":
		return "author"
	case "lastmodifiedby", "lastauthor":
		return "last modified by"
	}
	return ""
}
