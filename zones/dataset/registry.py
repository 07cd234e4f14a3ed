"""x"""
class R:
    def add(self,*a): pass
registry=R()
