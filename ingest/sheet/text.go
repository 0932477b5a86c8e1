package sheet

func (rd *reading) text() (*Workbook, error) { return nil, unsupported("text") }
