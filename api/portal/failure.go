package portal

import (
	"errors"

	"golang.org/x/text/language"

	"gongkai/api/contract"
	"gongkai/api/portal/page"
	"gongkai/catalog"
)

// explain makes the page of an error, in the reader's language; the words of
// the program are added where they help.
func explain(f page.Frame, err error) *page.Failure {
	w := f.W()
	out := &page.Failure{Frame: f,
		Heading: w.FailInternal, Message: w.FailInternalText, Fix: w.FailInternalFix}
	var known *catalog.Error
	if !errors.As(err, &known) {
		known = &catalog.Error{Kind: catalog.Internal}
	}
	out.Status = contract.Status(known.Kind)
	switch known.Kind {
	case catalog.NotFound, catalog.Conflict:
		out.Heading, out.Message, out.Fix = w.FailNotFound, w.FailNotFoundText, w.FailNotFoundFix
	case catalog.Gone:
		out.Heading, out.Message, out.Fix = w.FailGone, w.FailGoneText, w.FailGoneFix
	case catalog.Invalid, catalog.Unprocessable, catalog.Unsupported, catalog.TooLarge:
		out.Heading, out.Message, out.Fix = w.FailInvalid, w.FailInvalidText, ""
		out.Detail = sentences(known, f.Lang)
	case catalog.Unauthenticated, catalog.Forbidden:
		out.Heading, out.Message, out.Fix = w.FailForbidden, w.FailForbiddenText, ""
	case catalog.Busy, catalog.Deadline, catalog.TooMany:
		out.Heading, out.Message, out.Fix = w.FailBusy, w.FailBusyText, w.FailBusyFix
	case catalog.Internal, catalog.Full, catalog.Stale:
	}
	out.Title, out.Plain = out.Heading, true
	out.Ways = []page.Link{{Text: w.BackHome, URL: f.Base() + "/"}, {Text: w.AllDatasets, URL: f.Base() + "/datasets"}, {Text: w.Departments, URL: f.Base() + "/departments"}}
	return out
}

func sentences(e *catalog.Error, lang catalog.Lang) string {
	message, fix := e.Wording(lang)
	if fix == "" {
		return message
	}
	return message + " – " + fix
}

// preferred chooses the language of a reader from what the browser asks for.
func preferred(accept string) catalog.Lang {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return page.Languages[0]
	}
	tags := make([]language.Tag, len(page.Languages))
	for i, l := range page.Languages {
		tags[i] = language.Make(string(l))
	}
	_, i, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return catalog.EN // a reader of neither is more likely to read English
	}
	return page.Languages[i]
}
