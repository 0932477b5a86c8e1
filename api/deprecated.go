package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/datasets"
	"gongkai/datasets/query"
)

// deprecated says in the header Deprecation (RFC 9745) since when names that a
// query used are out of use, and in Sunset (RFC 8594) when the first of them
// stops working, where the department said so. A version that the query pins
// keeps its names.
func (s *Server) deprecated(w http.ResponseWriter, r *request, ref *datasets.Ref, bound *query.Bound) error {
	since, err := s.cfg.Library.Deprecated(r.Context(), r.who, ref, bound.Renamed())
	if err != nil || since.IsZero() {
		return err
	}
	w.Header().Set("Deprecation", "@"+strconv.FormatInt(since.Unix(), 10))
	if end := sunset(ref, r.params.Text("version"), bound.Renamed()); !end.IsZero() {
		w.Header().Set("Sunset", end.Format(http.TimeFormat))
	}
	return nil
}

// sunset is when the first of some names that columns had before stops working;
// zero where none does, as in a version that is pinned.
func sunset(ref *datasets.Ref, version string, old []query.Renamed) (end time.Time) {
	if datasets.Pinned(version) {
		return end
	}
	for _, used := range old {
		if c := ref.Table.Column(used.Name); c != nil {
			if at := c.Sunset(strings.ToLower(used.Old)); !at.IsZero() && (end.IsZero() || at.Before(end)) {
				end = at
			}
		}
	}
	return end
}
