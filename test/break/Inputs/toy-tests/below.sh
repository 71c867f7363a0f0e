# Says too little: not which way it fails.
! "$TOY" -1
