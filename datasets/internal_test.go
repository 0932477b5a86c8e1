package datasets

// Attached is how many version files the engine has open.
func (s *Store) Attached() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.attached)
}
