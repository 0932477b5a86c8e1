package query

import "gongkai/catalog"

// Hidden describes the columns that the SQL gives behind the visible ones, for
// tests that read what the engine answers.
// Groups and a request with limit Unlimited have none.
func (b *Bound) Hidden() []catalog.Column {
	if b.limit < 0 || b.grouped {
		return nil
	}
	list := rowColumns()
	for _, k := range b.keys {
		list = append(list, catalog.Column{Name: k.expr.normal, Type: k.expr.typ.catalogType(), SQLType: k.expr.typ.sql()})
	}
	return list
}
