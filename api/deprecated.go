package api

import (
	"net/http"
	"strconv"

	"gongkai/datasets"
	"gongkai/datasets/query"
)

// deprecated says in the header Deprecation (RFC 9745) since when names that a
// query used are out of use. They go on working: there is no Sunset.
func (s *Server) deprecated(w http.ResponseWriter, r *request, ref *datasets.Ref, bound *query.Bound) error {
	since, err := s.cfg.Library.Deprecated(r.Context(), r.who, ref, bound.Renamed())
	if err != nil || since.IsZero() {
		return err
	}
	w.Header().Set("Deprecation", "@"+strconv.FormatInt(since.Unix(), 10))
	return nil
}
