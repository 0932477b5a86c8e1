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
	if datasets.Pinned(r.params.Text("version")) {
		return nil
	}
	var end time.Time
	for _, used := range bound.Renamed() {
		if c := ref.Table.Column(used.Name); c != nil {
			if at := c.Sunset(strings.ToLower(used.Old)); !at.IsZero() && (end.IsZero() || at.Before(end)) {
				end = at
			}
		}
	}
	if !end.IsZero() {
		w.Header().Set("Sunset", end.Format(http.TimeFormat))
	}
	return nil
}
