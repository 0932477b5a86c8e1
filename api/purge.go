package api

import (
	"net/http"
	"time"

	"gongkai/catalog"
)

// tombstoneView is what is told of bytes that were removed.
type tombstoneView struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// viewTombstone is nil while the bytes are there.
func viewTombstone(t catalog.Tombstone) *tombstoneView {
	if !t.Stands() {
		return nil
	}
	return &tombstoneView{t.At, t.Reason}
}

// purgeUpload removes a file and what was made of it but for public versions.
func (s *Server) purgeUpload(w http.ResponseWriter, r *request) error {
	d, u, err := s.upload(r, catalog.Purge)
	if err != nil {
		return err
	}
	reason, err := s.reason(w, r)
	if err != nil {
		return err
	}
	left, err := s.cfg.Store.PurgeUpload(r.Context(), u.ID, r.who.Name, reason)
	if err != nil {
		return err
	}
	if err := s.cfg.Remove(r.Context(), left); err != nil {
		return err
	}
	s.changed(r)
	if u, err = s.cfg.Store.Upload(r.Context(), u.ID); err != nil {
		return err
	}
	view, err := s.viewUpload(r, d, u, nil)
	if err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, view, freshness{})
}

// purgeVersion removes the rows of a draft, or of a withdrawn version.
func (s *Server) purgeVersion(w http.ResponseWriter, r *request) error {
	d, v, err := s.own(r, catalog.Purge)
	if err != nil {
		return err
	}
	reason, err := s.reason(w, r)
	if err != nil {
		return err
	}
	left, err := s.cfg.Store.PurgeVersion(r.Context(), v.ID, r.who.Name, reason)
	if err != nil {
		return err
	}
	if err := s.cfg.Remove(r.Context(), left); err != nil {
		return err
	}
	s.changed(r)
	if v, err = s.cfg.Store.Version(r.Context(), d.ID, v.Number); err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, summarise(r.base, d, v), freshness{})
}

// reason reads the body that says why.
func (s *Server) reason(w http.ResponseWriter, r *request) (string, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	err := s.body(w, r, &body)
	return body.Reason, err
}

// unwanted removes bytes that were received and may not be kept; where that
// does not work out the sweep takes them.
func (s *Server) unwanted(r *request, blob string) {
	need, err := s.cfg.Store.Needed(r.Context())
	if err == nil && !need.Blobs[blob] {
		err = s.cfg.Remove(r.Context(), &catalog.Leftovers{Blobs: []string{blob}})
	}
	if err != nil {
		s.log.WarnContext(r.Context(), "remove an upload that was refused", "request_id", requestID(r.Context()), "error", err)
	}
}
