create table first (id {integer} not null primary key) {strict};
create table second (id no_such_type);
