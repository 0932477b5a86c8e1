package sheet

func (rd *reading) xlsx() (*Workbook, error) { return nil, unsupported("xlsx") }
func (rd *reading) text() (*Workbook, error) { return nil, unsupported("text") }
