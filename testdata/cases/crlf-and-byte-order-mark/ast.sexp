(from "alpine:3.20" "AS" "one")
(run "echo a  && echo b")
(run "<<EOF")
(copy "with blank" "/dest dir/")
