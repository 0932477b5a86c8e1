package datasets

import (
	"context"
	"sync"

	"gongkai/catalog"
)

// snapshot keeps what the public reads of the catalogue for as long as the
// catalogue's revision stays the same, so that finding a table costs one small
// read. What is not public is always read anew: drafts come and go without a
// new revision.
type snapshot struct {
	store catalog.Store

	mu          sync.RWMutex
	revision    int64
	datasets    map[string]*catalog.Dataset
	departments map[catalog.DepartmentID]*catalog.Department
	versions    map[versionKey]*catalog.Version
}

type versionKey struct {
	dataset catalog.DatasetID
	number  int
}

// keptVersions is how many versions with their tables a snapshot keeps; one
// more and it starts over.
const keptVersions = 1000

func newSnapshot(store catalog.Store) *snapshot {
	s := &snapshot{store: store, revision: -1}
	s.empty()
	return s
}

func (s *snapshot) empty() {
	s.datasets = map[string]*catalog.Dataset{}
	s.departments = map[catalog.DepartmentID]*catalog.Department{}
	s.versions = map[versionKey]*catalog.Version{}
}

// fresh drops what an older revision said, and gives the present one.
func (s *snapshot) fresh(ctx context.Context) (int64, error) {
	now, err := s.store.Revision(ctx)
	if err != nil {
		return 0, err
	}
	s.mu.RLock()
	same := now == s.revision
	s.mu.RUnlock()
	if same {
		return now, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now > s.revision {
		s.revision = now
		s.empty()
	}
	return now, nil
}

// keep stores under the lock what was read at a revision, unless it is old news.
func (s *snapshot) keep(revision int64, store func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revision == revision {
		store()
	}
}

func (s *snapshot) dataset(ctx context.Context, slug string) (*catalog.Dataset, error) {
	revision, err := s.fresh(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	d := s.datasets[slug]
	s.mu.RUnlock()
	if d != nil {
		return d, nil
	}
	if d, err = s.store.DatasetBySlug(ctx, slug); err != nil {
		return nil, err
	}
	if d.Public() {
		s.keep(revision, func() { s.datasets[slug] = d })
	}
	return d, nil
}

// version reads through the snapshot that dataset brought up to date a moment
// ago.
func (s *snapshot) version(ctx context.Context, d *catalog.Dataset, number int) (*catalog.Version, error) {
	key := versionKey{d.ID, number}
	s.mu.RLock()
	v, revision := s.versions[key], s.revision
	s.mu.RUnlock()
	if v != nil {
		return v, nil
	}
	v, err := s.store.Version(ctx, d.ID, number)
	if err != nil {
		return nil, err
	}
	if v.State.Public() {
		s.keep(revision, func() {
			if len(s.versions) >= keptVersions {
				clear(s.versions)
			}
			s.versions[key] = v
		})
	}
	return v, nil
}

func (s *snapshot) department(ctx context.Context, id catalog.DepartmentID) (*catalog.Department, error) {
	s.mu.RLock()
	d, revision := s.departments[id], s.revision
	s.mu.RUnlock()
	if d != nil {
		return d, nil
	}
	d, err := s.store.Department(ctx, id)
	if err != nil {
		return nil, err
	}
	s.keep(revision, func() { s.departments[id] = d })
	return d, nil
}
